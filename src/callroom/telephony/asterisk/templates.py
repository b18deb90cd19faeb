"""The text of the engine's configuration files; ``@name@`` is filled in by ``config``."""

MODULES = [
    "res_timing_timerfd",
    "res_crypto",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_http_websocket",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_acl",
    "res_pjsip_authenticator_digest",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_dlg_options",
    "res_pjsip_dtmf_info",
    "res_pjsip_empty_info",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs",
    "res_pjsip_nat",
    "res_pjsip_notify",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_path",
    "res_pjsip_pubsub",
    "res_websocket_client",
    "res_pjsip_outbound_publish",
    "res_pjsip_exten_state",
    "res_pjsip_dialog_info_body_generator",
    "res_pjsip_pidf_body_generator",
    "res_pjsip_refer",
    "res_pjsip_registrar",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_pjsip_t38",
    "res_pjsip_transport_websocket",
    "chan_pjsip",
    "chan_bridge_media",
    "res_rtp_asterisk",
    "res_srtp",
    "res_format_attr_opus",
    "res_format_attr_h264",
    "res_format_attr_vp8",
    "codec_alaw",
    "codec_ulaw",
    "codec_a_mu",
    "codec_g722",
    "codec_gsm",
    "codec_opus_open_source",
    "codec_resample",
    "format_wav",
    "format_wav_gsm",
    "format_pcm",
    "format_sln",
    "format_gsm",
    "format_ogg_opus_open_source",
    "bridge_simple",
    "bridge_softmix",
    "bridge_holding",
    "bridge_native_rtp",
    "res_musiconhold",
    "res_fax",
    "res_fax_spandsp",
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_stasis_device_state",
    "res_ari",
    "res_ari_model",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_device_states",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "res_ari_sounds",
    "app_stasis",
    "app_dial",
    "app_playback",
    "app_amd",
    "app_echo",
    "app_stack",
    "pbx_config",
    "func_callerid",
    "func_channel",
    "func_db",
    "func_devstate",
    "func_global",
    "func_hangupcause",
    "func_holdintercept",
    "func_logic",
    "func_pjsip_aor",
    "func_pjsip_contact",
    "func_pjsip_endpoint",
    "func_strings",
    "func_talkdetect",
    "func_timeout",
    "func_cut",
]

NO_TRANSFER = "no-transfer"  # a context that leads nowhere

ANONYMOUS = """
[anonymous]
type = endpoint
context = from-unknown
disallow = all
allow = alaw,ulaw
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
allow_transfer = no
allow_subscribe = no
"""


def _entry(kind: str, origin: str, extra: str = "", *, transfers: bool = False) -> str:
    """The way in for one kind of caller. Two patterns instead of "everything", which would catch h, i, s and t too.

    ``transfers``: the engine comes here itself with calls that these phones give away.
    """
    lines = [f"[from-{kind}]"]
    is_transfer = 'GotoIf($["${CHANNEL(channeltype)}" = "Local"]?given-away,s,1)'
    for pattern in ("_[+*#0-9]!", "_[A-Za-z].", "s"):
        origin_noted = f"Set(CALLROOM_ORIGIN={kind}:{origin})"
        steps = [is_transfer, origin_noted] if transfers else [origin_noted]
        lines += [
            f"exten = {pattern},1,{steps[0]}",
            *(f" same = n,{step}" for step in steps[1:]),
            f" same = n,Stasis(callroom,{kind},{origin}{extra})",
            " same = n,Goto(alone,s,1)",
        ]
    return "\n".join(lines) + "\n"


# In the way in for lines: where the engine takes a caller whose sound is a fax machine's, out of whatever he was in.
FAX_TONE = """exten = fax,1,Stasis(callroom,fax_tone)
 same = n,Goto(alone,s,1)
"""
# What the engine says of a fax that is over; the last one is the other machine's to choose, and may hold anything.
FAX_VARIABLES = ("FAXSTATUS", "FAXPAGES", "FAXMODE", "FAXERROR", "FAXSTATUSSTRING", "REMOTESTATIONID")

FILES: dict[str, str] = {
    "asterisk.conf": """
[directories]
astetcdir = @base@/etc
astmoddir = @module_dir@
astvarlibdir = @base@/lib
astdbdir = @base@/db
astkeydir = @base@/lib
astdatadir = @data_dir@
astagidir = @base@/lib
astspooldir = @base@/spool
astrundir = @base@/run
astlogdir = @base@/log
[options]
nocolor = yes
documentation_language = en_US
live_dangerously = no
""",
    "modules.conf": "[modules]\nautoload = no\n@modules@\n@anonymous_module@\n",
    "logger.conf": "[general]\ndateformat = %F %T\n[logfiles]\nmessages.log = warning,error\n",
    "http.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = @http_port@\nenable_static = no\n"
    "sessionlimit = 5000\nsession_inactivity = 30000\n",
    # A reader that pauses for a moment (a slow garbage collection, a debugger) must not be dropped.
    "ari.conf": "[general]\nenabled = yes\npretty = no\nwebsocket_write_timeout = 5000\n"
    "channelvars = CALLROOM_ORIGIN,CALLROOM_FAX,CALLROOM_FAX_FILE,@fax_variables@\n"
    "[callroom]\ntype = user\nread_only = no\npassword = @ari_secret@\n",
    "manager.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = @ami_port@\nwebenabled = no\n"
    "[callroom]\nsecret = @ami_secret@\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n"
    "read = system,security\nwrite = system,reporting,call,command\nwritetimeout = 5000\n"
    # Each sign-in that went well would be told too.
    "eventfilter = !Event: (ChallengeSent|SuccessfulAuth)\n",
    "stasis.conf": """
[declined_message_types]
decline = ast_channel_varset_type
decline = cel_generic_type
decline = test_suite_message
decline = ast_rtp_rtcp_sent_type
decline = ast_rtp_rtcp_received_type
""",
    "sorcery.conf": """
[res_pjsip]
endpoint = config,pjsip.conf,criteria=type=endpoint
endpoint = memory
auth = config,pjsip.conf,criteria=type=auth
auth = memory
aor = config,pjsip.conf,criteria=type=aor
aor = memory
[res_pjsip_endpoint_identifier_ip]
identify = config,pjsip.conf,criteria=type=identify
identify = memory
[res_pjsip_outbound_registration]
registration = config,pjsip.conf,criteria=type=registration
registration = memory
""",
    "pjsip.conf": """
[global]
type = global
user_agent = Callroom
endpoint_identifier_order = ip,username,anonymous
default_realm = @realm@
unidentified_request_count = 10
[system]
type = system
[udp]
type = transport
protocol = udp
bind = @sip@
@nat@
[tcp]
type = transport
protocol = tcp
bind = @sip@
@nat@
[ws]
type = transport
protocol = ws
bind = 127.0.0.1
@anonymous@
""",
    "pjsip_notify.conf": "",
    "pjproject.conf": "[startup]\nlog_mappings = no\n",
    "rtp.conf": "[general]\nrtpstart = @rtp_from@\nrtpend = @rtp_to@\nstrictrtp = yes\nicesupport = yes\n",
    "musiconhold.conf": "[general]\n[default]\nmode = files\ndirectory = @music@\n#include music.conf\n",
    "music.conf": "",  # the server writes it: setup.music_classes
    "acl.conf": "",
    "amd.conf": "[general]\n",
    "ccss.conf": "[general]\n",
    "indications.conf": "[general]\ncountry = us\n[us]\ndescription = United States\nringcadence = 2000,4000\ndial = 350+440\nbusy = 480+620/500,0/500\n"
    "ring = 440+480/2000,0/4000\ncongestion = 480+620/250,0/250\n",
    "websocket_client.conf": "",
    "features.conf": "[general]\n",
    "udptl.conf": "[general]\nudptlstart = @rtp_from@\nudptlend = @rtp_to@\n",
    "cdr.conf": "[general]\nenable = no\n",
    "cel.conf": "[general]\nenable = no\n",
    "extensions.conf": """
[general]
static = yes
writeprotect = yes
[globals]
EMERGENCY = @emergency@
"""
    + _entry("trunk", "${CHANNEL(endpoint)}")
    + FAX_TONE
    + _entry("device", "${CHANNEL(endpoint)}", ",${PJSIP_HEADERS(X-Callroom-)}", transfers=True)
    + _entry("unknown", "${CHANNEL(pjsip,remote_addr)}")
    + """
; The engine's own channel for a call that a phone gave away: where the call goes is said elsewhere.
[given-away]
exten = s,1,Wait(1)
 same = n,Hangup()

; Where phones transfer to that may not: nowhere, so that they are refused and the talk goes on.
[no-transfer]

; Sends or takes a fax. What became of it is kept in a variable of its own, for the server may be away when it ends.
[fax]
exten = send,1,SendFAX(${CALLROOM_FAX_FILE}.tif,zf)
 same = n,Goto(told,1)
exten = receive,1,ReceiveFAX(${CALLROOM_FAX_FILE}.tif,f)
 same = n,Goto(told,1)
exten = told,1,Set(GLOBAL(FAX_${CALLROOM_FAX})=@fax_told@)
 same = n,Set(CALLROOM_FAX=)
 same = n,Stasis(callroom,faxed)
 same = n,Hangup()
exten = h,1,GotoIf($["${CALLROOM_FAX}" = ""]?end)
 same = n,Set(GLOBAL(FAX_${CALLROOM_FAX})=@fax_told@)
 same = n(end),NoOp()

; The server is away: ring the emergency group, else say so.
[alone]
exten = s,1,GotoIf($["${STASISSTATUS}" = "SUCCESS"]?end)
 same = n,GotoIf($["${EMERGENCY}" = ""]?sorry)
 same = n,Dial(${EMERGENCY},40)
 same = n(sorry),Answer()
 same = n,Playback(@sorry@)
 same = n(end),Hangup()
""",
}
