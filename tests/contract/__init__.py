"""One suite of the telephony port's promises, for every implementation."""

import pytest

pytest.register_assert_rewrite("contract.suite", "contract.world")
