"""What an order costs. Amounts are whole minor units (fen), quantities whole thousandths of the product's unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

THOUSAND = 1000
MOST_QUANTITY = 1_000_000 * THOUSAND
MOST_PRICE = 10_000_000_00  # fen, of one unit
MOST_TOTAL = 1_000_000_000_00


@dataclass(frozen=True, slots=True)
class Line:
    quantity: int  # thousandths
    price: int  # fen, of one unit
    discount: int = 0  # fen, off the whole line

    @property
    def full(self) -> int:
        """Before the discount; half a fen is rounded up."""
        return int((Decimal(self.price) * self.quantity / THOUSAND).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def total(self) -> int:
        return self.full - self.discount


def total(lines: Iterable[Line]) -> int:
    return sum(line.total for line in lines)
