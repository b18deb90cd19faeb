"""Text messages through gateways: HTTP of any kind, Aliyun, Tencent Cloud, SMPP 3.4.

What is sent at most once, and what at least once: a message is marked as being sent before its first byte leaves. When
the gateway takes it, refuses it, or could not be reached at all, that is certain. When its answer is lost (a time-out,
a connection that broke, a worker that died) the message may have gone: it fails as unclear and is not sent again, which
is at most once, unless the gateway says ``sends_again``: then it is sent again, which is at least once. Reports and
replies are acknowledged after they are stored, and may come twice; a report that says the same again changes nothing.
"""
