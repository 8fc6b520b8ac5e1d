"""What random histories of the group draw their figures from: mostly what can be booked, and now and then what cannot."""

from decimal import Decimal

from hypothesis import strategies as st

from tests.builders import D
from tests.properties.stock_company import ITEMS, LOCATIONS, SITES

items, sites, locations = st.sampled_from(ITEMS), st.sampled_from(SITES), st.sampled_from(LOCATIONS)
quantities = st.one_of(st.integers(1, 12), st.integers(1, 12), st.sampled_from([0, -1, 99])).map(Decimal)
prices = st.one_of(st.decimals("0.01", "9.99", places=2), st.sampled_from([D(0), D("0.333333")]))
days_ago = st.sampled_from([None, None, None, 1, 3, 10, 30, 31])
second_lot = st.booleans()
