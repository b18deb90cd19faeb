"""Promises of the telephony port. A runner gives the ``world`` fixture and imports these tests."""

from contract.suite.failing import *  # noqa: F403
from contract.suite.faxes import *  # noqa: F403
from contract.suite.known import *  # noqa: F403
from contract.suite.listening import *  # noqa: F403
from contract.suite.recording import *  # noqa: F403
from contract.suite.sounding import *  # noqa: F403
from contract.suite.surviving import *  # noqa: F403
from contract.suite.talking import *  # noqa: F403
