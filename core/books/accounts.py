"""The accounts the core posts to, by the number they have in every entity's chart."""

BANK = "1000"
RECEIVABLES = "1200"
INTERCOMPANY_RECEIVABLE = "1250"
INPUT_TAX = "1300"
INVENTORY = "1400"
IN_TRANSIT = "1410"
SHIPPED_NOT_INVOICED = "1420"
PAYABLES = "2100"
GOODS_RECEIVED = "2150"
INTERCOMPANY_PAYABLE = "2180"
EQUITY = "3000"
SALES = "4000"
COST_OF_GOODS_SOLD = "5000"
FREIGHT_IN = "5310"
PRICE_VARIANCE = "5320"
SCRAP = "5330"
REVALUATION = "5340"
EXCHANGE = "5350"
PURCHASED_SERVICES = "5400"
ROUNDING = "5990"

CHART: tuple[tuple[str, str, str], ...] = (
    (BANK, "Bank", "asset"),
    (RECEIVABLES, "Receivables", "asset"),
    (INTERCOMPANY_RECEIVABLE, "Intercompany receivable", "asset"),
    (INPUT_TAX, "Input tax", "asset"),
    (INVENTORY, "Inventory", "asset"),
    (IN_TRANSIT, "In transit", "asset"),
    (SHIPPED_NOT_INVOICED, "Shipped, not invoiced", "asset"),
    (PAYABLES, "Payables", "liability"),
    (GOODS_RECEIVED, "Goods received", "liability"),
    (INTERCOMPANY_PAYABLE, "Intercompany payable", "liability"),
    (EQUITY, "Equity", "equity"),
    (SALES, "Sales", "income"),
    (COST_OF_GOODS_SOLD, "Cost of goods sold", "expense"),
    (FREIGHT_IN, "Freight in", "expense"),
    (PRICE_VARIANCE, "Price variance", "expense"),
    (SCRAP, "Scrap and damage", "expense"),
    (REVALUATION, "Stock revaluation", "expense"),
    (EXCHANGE, "Exchange difference", "expense"),
    (PURCHASED_SERVICES, "Purchased services", "expense"),
    (ROUNDING, "Rounding", "expense"),
)
"""The standard chart: number, name, kind."""
