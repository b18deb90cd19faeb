"""In a voicemail box from a phone: hearing, deleting, forwarding messages, calling back; greetings and the PIN."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from callroom.calls.keying import keyed
from callroom.calls.outside import call_outside
from callroom.calls.party import Party
from callroom.core.ids import TapeId
from callroom.core.letters import Hand, Letter
from callroom.core.mailboxes import LONGEST_PIN, Box, Moment, pin_fits
from callroom.core.numbers import STARS, Visibility, cleaned, digits_of, hidden, to_dial
from callroom.core.routing.model import Destination, DialPermission, ToHangUp

if TYPE_CHECKING:
    from callroom.calls.call import Call

FOR_KEY = 8.0  # seconds
SILENCES = 3  # unanswered questions in a row; then the call ends
LONGEST_NUMBER = 8  # digits of an inside number
LONGEST_GREETING, LONGEST_INTRO, SILENCE = 120.0, 120.0, 6.0  # seconds
SHORTEST = 1.0  # seconds; less is nothing
GREETINGS: dict[str, Moment] = {"1": "usual", "2": "busy", "3": "away"}


class Visit:
    """``inside``: the phone of ours from which somebody came, None: he calls from outside and calls nobody back."""

    def __init__(self, call: "Call", box: Box, by: Hand, *, inside: Party | None) -> None:
        self._call = call
        self._box = box
        self._by = by
        self._inside = inside
        self._bin: dict[str, Letter] = {}  # deleted, until he leaves
        self._heard: set[str] = set()
        self._unused: set[str] = set()  # recordings that nobody needs when he leaves
        self._onward: Destination | None = None  # where the call leads next
        self._silent = 0

    async def run(self, *, choose_pin: bool) -> Destination:
        """Until he leaves, or calls somebody back; returns where the call leads next. Raises ``LettersAway``."""
        call = self._call
        if choose_pin:
            await self._change_pin()
        await self._say_counts(await call.exchange.letters.of(self._box.id))
        while self._onward is None:
            match await self._choose("vm_menu"):
                case "1":
                    await self._listen()
                case "2":
                    await self._greetings()
                case "3":
                    await self._change_pin()
                case "*" | "":
                    break
                case _:
                    await self._say("invalid_key")
        if self._onward is not None:
            return self._onward
        await self._say("goodbye")
        return ToHangUp()

    def leave(self) -> None:
        """He goes, or hung up: what he deleted goes for good."""
        if self._bin:
            self._later(self._call.exchange.letters.deleted(list(self._bin), self._by))
        for path in self._unused:
            self._call.exchange.forget_file(f"{path}.wav")

    # ------------------------------------------------------------ messages

    async def _say_counts(self, letters: list[Letter]) -> None:
        new = sum(not letter.heard for letter in letters)
        old = len(letters) - new
        said: list[str] = []
        for count, one, many in (
            (new, "vm_new_message", "vm_new_messages"),
            (old, "vm_saved_message", "vm_saved_messages"),
        ):
            if count:
                said += self._words() if said else self._words("vm_you_have")
                said += self._count(count)
                said += self._words(one if count == 1 else many)
        await self._call.say(said or self._words("vm_no_messages"), until_key=True)

    async def _listen(self) -> None:
        """From message to message, until he goes back or there are no more."""
        letters = await self._call.exchange.letters.of(self._box.id)
        at, again = 0, True
        while self._onward is None:
            if not 0 <= at < len(letters):
                await self._say("vm_no_more" if letters else "vm_no_messages")
                return
            letter = letters[at]
            said = [*self._caller(letter), *self._time(letter), self._sound(letter)] if again else []
            if again:
                self._note_heard(letter)
            key = await self._ask([*said, *self._words("vm_actions")])
            again = True
            match key:
                case "1":
                    pass
                case "2":
                    at += 1
                case "3":
                    at = max(0, at - 1)
                case "7":
                    await self._throw_away(letter)
                    again = False
                case "8":
                    await self._forward(letter)
                    again = False
                case "9":
                    await self._call_back(letter)
                    again = False
                case "*":
                    return
                case "":
                    again = False
                    if self._silent >= SILENCES:
                        return
                case _:
                    await self._say("invalid_key")
                    again = False

    def _note_heard(self, letter: Letter) -> None:
        if not letter.heard and letter.id not in self._heard:
            self._heard.add(letter.id)
            self._later(self._call.exchange.letters.heard(letter.id, self._by))

    async def _throw_away(self, letter: Letter) -> None:
        """Delete a message, or take it back."""
        if self._bin.pop(letter.id, None) is None:
            self._bin[letter.id] = letter
            said = "vm_deleted"
        else:
            said = "vm_restored"
        await self._call.say(self._words(said), until_key=True)

    async def _forward(self, letter: Letter) -> None:
        number = await keyed(self._call, self._words("vm_forward_to"), most=LONGEST_NUMBER, first=FOR_KEY)
        if number in ("", "*"):
            return
        to = self._call.exchange.directory.box_at(number)
        if to is None or to.id == self._box.id:
            await self._say("vm_unknown_box")
            return
        intro = ""
        match await self._choose("vm_forward_how"):
            case "1":
                pass
            case "2":
                intro, seconds = await self._record("intro", LONGEST_INTRO)
                if seconds < SHORTEST:
                    await self._say("no_message")
                    return
            case _:
                return
        await self._call.exchange.letters.forwarded(letter.id, to.id, intro, self._by)
        self._call.exchange.lamps.look()
        await self._say("vm_forwarded")

    async def _call_back(self, letter: Letter) -> None:
        """Dial who left the message, as far as this phone may dial (S-2: nobody outside dials on the company)."""
        call, exchange = self._call, self._call.exchange
        inside = self._inside
        if inside is None:
            await self._say("not_allowed")
            return
        directory = exchange.directory
        number = to_dial(cleaned(letter.caller), directory.company.country)
        if not number.isdigit():
            await self._say("vm_no_number")
            return

        def answered() -> None:
            self._later(exchange.letters.called_back(letter.id, self._by))

        if (colleague := directory.inside(number)) is not None:
            answered()
            self._onward = colleague
            return
        call.show(state="dialling", to_number=number, internal=False)
        self._onward = await call_outside(
            call, number, self._permission(inside), by=inside, keyed=False, answered=answered
        )

    def _permission(self, inside: Party) -> DialPermission:
        directory = self._call.exchange.directory
        if inside.agent and (agent := directory.agents.get(inside.agent)):
            return agent.permission
        device = directory.devices.get(inside.device) if inside.device else None
        return directory.extensions[device.extension].permission if device else DialPermission.INTERNAL

    # ------------------------------------------------------------ greetings and PIN

    async def _greetings(self) -> None:
        while (key := await self._choose("vm_greetings")) not in ("*", ""):
            if key in GREETINGS:
                await self._greeting(GREETINGS[key])
            else:
                await self._say("invalid_key")

    async def _greeting(self, moment: Moment) -> None:
        exchange = self._call.exchange
        path, seconds = await self._record("greeting", LONGEST_GREETING)
        while True:
            heard = [str(exchange.recordings / path)] if seconds >= SHORTEST else self._words("no_message")
            match await self._ask([*heard, *self._words("vm_greeting_keep")]):
                case "1" if seconds >= SHORTEST:
                    await exchange.letters.set_greeting(self._box.id, moment, path, round(seconds, 2), self._by)
                    self._unused.discard(path)
                    await self._say("vm_greeting_saved")
                    return
                case "2":
                    path, seconds = await self._record("greeting", LONGEST_GREETING)
                case "3":
                    await exchange.letters.set_greeting(self._box.id, moment, "", 0.0, self._by)
                    await self._say("vm_greeting_standard")
                    return
                case "*" | "":
                    return
                case _:
                    await self._say("invalid_key")

    async def _change_pin(self) -> None:
        """Until he has chosen one, or gives up."""
        for _ in range(SILENCES):
            pin = await keyed(self._call, self._words("vm_new_pin"), most=LONGEST_PIN + 1, first=FOR_KEY)
            if pin in ("", "*"):
                return
            if not pin_fits(pin):
                await self._say("vm_pin_weak")
                continue
            again = await keyed(self._call, self._words("vm_new_pin_again"), most=LONGEST_PIN + 1, first=FOR_KEY)
            if again == pin:
                await self._call.exchange.letters.set_pin(self._box.id, pin, self._by)
                await self._say("vm_pin_changed")
                return
            await self._say("vm_pin_differs")

    # ------------------------------------------------------------ words

    def _words(self, *names: str) -> list[str]:
        return self._call.exchange.sounds.system(self._call.language, *names)

    def _count(self, count: int) -> list[str]:
        return self._call.exchange.sounds.count(min(count, 999), self._call.language)

    def _sound(self, letter: Letter) -> str:
        return str(self._call.exchange.recordings / letter.path)

    def _caller(self, letter: Letter) -> list[str]:
        """The number, as far as who listens may know it (CC-24)."""
        sounds, language = self._call.exchange.sounds, self._call.language
        agent = self._call.exchange.directory.agents.get(self._by.user) if self._by.user else None
        shown = hidden(letter.caller, agent.sees if agent else Visibility.FULL)
        if STARS in shown:
            tail = digits_of(shown.rpartition(STARS)[2])
            return [*self._words("vm_ends_in"), *sounds.digits(tail, language)] if tail else []
        digits = sounds.digits(shown, language)
        return [*self._words("vm_from"), *digits] if digits else self._words("vm_unknown_caller")

    def _time(self, letter: Letter) -> list[str]:
        exchange = self._call.exchange
        return exchange.sounds.moment(
            letter.left_at, exchange.now(), exchange.directory.company.time_zone, self._call.language
        )

    async def _say(self, *names: str) -> None:
        await self._call.say(self._words(*names))

    async def _choose(self, menu: str) -> str:
        """One key; the question is put again to who says nothing, some times. "": he never did."""
        while not (key := await self._ask(self._words(menu))) and self._silent < SILENCES:
            pass
        return key

    async def _ask(self, files: list[str]) -> str:
        key = await self._call.ask(files, timeout=FOR_KEY)
        self._silent = 0 if key else self._silent + 1
        return key

    async def _record(self, kind: str, longest: float) -> tuple[str, float]:
        """Let him speak after a beep; the recording's path and seconds."""
        call, exchange = self._call, self._call.exchange
        await self._say("vm_speak")
        tape = TapeId(exchange.new_id("vm"))
        path = f"voicemail/{kind}/{tape}"
        self._unused.add(path)
        taken = await call.record(tape, path, longest=longest, silence=SILENCE)
        assert call.main is not None
        call.main.keys.forget()  # the one that ended it
        return path, taken.seconds

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Done also when he hangs up meanwhile; then the lamps are right again."""
        exchange = self._call.exchange

        async def do() -> None:
            await work
            exchange.lamps.look()

        exchange.spawn(do(), name=f"messages of {self._box.id}")
