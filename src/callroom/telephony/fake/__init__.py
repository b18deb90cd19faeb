"""The telephony port without an engine: scripted parties, in the time of the running event loop.

``FakeTelephony`` keeps the promises of ``port``. It reads no clock but the running loop's ``time()``: on a loop of
virtual time an hour of calls takes milliseconds and goes the same way each time. Commands are carried out, and events
told, one turn of the loop later (``call_soon``), in the order in which they were called or happened.

The scripting side::

    fake = FakeTelephony()
    fake.subscribe(listener)
    fake.start()                                    # EngineReady(fresh=True); only for who needs to hear it

    # the world outside
    fake.register(ANA)                              # the phone is on; DeviceChanged follows
    fake.unregister(ANA)
    fake.sign_in_refused(ANA)                       # a wrong secret; DeviceRefused
    fake.set_trunk(CITY, TrunkState.UNREACHABLE)    # what the carrier says; dialling through it fails then
    fake.when_dialled(ANA, answers_after=2.0)       # a device, or a number behind any trunk
    fake.when_dialled("13900139000", refuses=EndCause.BUSY)
    fake.when_dialled(BO, answers_after=1, hangs_up_after=30)
    fake.when_dialled(EVA, rings=False)             # not even ringing comes back
    fake.when_dialled(ANA)                          # the default again: rings until somebody gives up;
                                                    # a device asked to answer by itself (auto_answer) does
    fake.sound_seconds["welcome"] = 4.0             # by the file's name; every other sound lasts 1 second

    # parties
    caller = fake.call_in(CITY, dialled="88001", caller="13800138000")      # name: the caller's number
    phone = fake.device_calls(ANA, "802", headers={"ticket": "abc"})        # name: the device
    ana = await fake.dialled(ANA)                   # the next party dialled there, waiting for it to be dialled
    ana = fake.party(ANA)                           # the newest party there, at once; LookupError if none
    ana.answer(); ana.refuse(EndCause.BUSY); ana.hang_up(); ana.hold(); ana.resume(); ana.press("12#")
    ana.fall_silent(); ana.speak()                  # parties speak unless told otherwise
    ana.vanish()                                    # a page that is gone: its leg lives, no packet comes from it
    ana.transfer_to("802")                          # TransferDialled: and her leg ends
    ana.join_with(other)                            # LegsJoined: two calls of her phone; both legs end
    ana.hears()                                     # {"music"}, {"ringing"}, {"welcome"} (a file, music too), {"138…"}
    ana.state, ana.end_cause, ana.held              # PartyState, EndCause or None, bool
    ana.leg, ana.name, ana.shown, ana.headers, ana.auto_answer, ana.digits_heard
    await fake.until(lambda: ana.state == "ended", within=60)               # AssertionError if not

    # the engine
    fake.disconnect()                               # EngineLost; calls go on, what happens is not told
    fake.reconnect()                                # EngineReady(fresh=False) with what is there now
    fake.server_dies(); fake.subscribe(other); fake.reconnect()             # a new server finds the calls
    fake.die(); fake.reconnect(fresh=True)          # the engine itself: every leg LegEnded(ENGINE_LOST)
    fake.refuse_next("record_conversation")         # the next such command fails
    fake.watch(lambda command: ...)                 # called with each Command just before it is carried out
    fake.commands                                   # every Command so far
    fake.tapes_done[tape]                           # a finished recording: path, seconds, voices at its end
    fake.left_over()                                # what still lives, ears too: [] after a clean end

A device or trunk that calls or registers before anybody put it is taken as put. What the real engine refuses is refused
here too: rooms, sounds and recordings for a dialled leg before its answer, a message recorded inside a room, moving a
leg that leaves a message, a room id used twice.
"""

from callroom.telephony.fake.party import FaxMachine, Party, PartyState
from callroom.telephony.fake.telephony import Command, FakeTelephony

__all__ = ["Command", "FakeTelephony", "FaxMachine", "Party", "PartyState"]
