"""A company in Tryton, driven by JSON lines: one request a line on standard input, one answer a line on standard output.

This file runs in the environment of the peers (`make peers`), where Tryton is, and imports nothing of ours; our code talks
to it as a process of its own (`evals.tryton`). Amounts and quantities travel as text, days as 2026-11-20. An answer is
{"ok": ...} or {"refused": words}. Requests, by `do`:

    open      uri, database                           the company with its chart and year; the database is made on first use
    item      name, method (average or fifo)          a product with perpetual accounting; `landed` so far is worth nothing
    move      item, from, to, quantity, price, day    one move, done and posted, one commit; gives its id
    price     move, price                             a receipt that is done cost another price
    revise    item, cost, day                         what a piece is worth from a day on, and everything after re-costed
    figures   item                                    re-costs the item from its first move; what each move and the rest cost
    receive   lines [[item, quantity, price]...], day a supplier's shipment received, put away, done and posted: one commit
    timed     request, times                          a request so many times; gives the seconds each took
    close

Places are supplier, customer, shelf, shelf-2 (of the same site) and lost.
"""

import datetime as dt
import json
import logging
import os
import sys
import time
import warnings
from decimal import Decimal

MODULES = ["product_cost_fifo", "account_stock_continental"]
COST_DIGITS = "10"


class World:
    """The one company. Every request is a transaction of its own."""

    def __init__(self):
        self.items, self.locks = {}, {}

    def open(self, request):
        base, _, options = request["uri"].partition("?")
        uri = f"{base.rsplit('/', 1)[0]}/{request['database']}{'?' + options if options else ''}"
        os.environ["TRYTOND_DATABASE_URI"] = uri
        os.environ["DB_NAME"] = request["database"]
        from trytond import __version__, config

        config.update_etc()
        config.set("database", "uri", uri)
        from proteus import config as proteus
        from trytond.pool import Pool
        from trytond.tests.test_tryton import create_db

        Pool.start()
        create_db(request["database"])
        session = proteus.set_trytond(uri)
        _company(session)
        self.user, self.company = session.user, session.context["company"]
        self.name, self.pool = request["database"], Pool(request["database"])
        with self.transaction() as transaction:
            self._look_around()
            transaction.commit()
        return {"version": __version__}

    def transaction(self, **locks):
        from trytond.transaction import Transaction

        return Transaction().start(self.name, self.user, context={"company": self.company}, **locks)

    def model(self, name):
        return self.pool.get(name)

    def _look_around(self):
        """Remember the ids of what every request names. 8.2.1 takes revisions off the list that its search gives and puts
        the last one back, which that list cannot do: here it is a plain list."""
        Revision = self.model("product.cost_price.revision")
        found = Revision.get_for_product
        Revision.get_for_product = lambda product: list(found(product))
        Location = self.model("stock.location")
        by_code = {place.code: place.id for place in Location.search([("code", "!=", None)])}
        if "STO2" not in by_code:
            second = Location(name="Second shelf", code="STO2", type="storage", parent=by_code["STO"])
            second.save()
            by_code["STO2"] = second.id
        lost = Location.search([("type", "=", "lost_found")])[0].id
        self.places = {"supplier": by_code["SUP"], "customer": by_code["CUS"], "shelf": by_code["STO"]}
        self.places |= {"shelf-2": by_code["STO2"], "lost": lost, "dock": by_code["IN"]}
        self.warehouse = by_code["WH"]
        self.category = self.model("product.category").search([("name", "=", "Goods")])[0].id
        self.unit = self.model("product.uom").search([("symbol", "=", "u")])[0].id
        self.currency = self.model("company.company")(self.company).currency.id
        self.supplier = self.model("party.party").search([("name", "=", "Supplier")])[0].id

    def item(self, request):
        Template = self.model("product.template")
        template = Template(
            name=request["name"],
            type="goods",
            default_uom=self.unit,
            list_price=Decimal(0),
            cost_price_method=request["method"],
            account_category=self.category,
            products=[self.model("product.product")()],
        )
        template.save()
        self.items[request["name"]] = template.products[0].id
        return {}

    def move(self, request):
        Move = self.model("stock.move")
        move = Move(**self._move(request["item"], request["quantity"], request["from"], request["to"]))
        if request["from"] == "supplier" or request["to"] in ("supplier", "customer") or request["from"] == "customer":
            move.unit_price = Decimal(request.get("price") or 0)
            move.currency = self.currency
        move.effective_date = dt.date.fromisoformat(request["day"])
        move.save()
        Move.do([move])
        return {"move": move.id}

    def _move(self, item, quantity, source, target):
        return {
            "product": self.items[item],
            "unit": self.unit,
            "quantity": float(quantity),
            "from_location": self.places[source],
            "to_location": self.places[target],
            "company": self.company,
        }

    def price(self, request):
        Move = self.model("stock.move")
        Move.write([Move(request["move"])], {"unit_price": Decimal(request["price"])})
        return {}

    def revise(self, request):
        Revision = self.model("product.cost_price.revision")
        product = self.model("product.product")(self.items[request["item"]])
        day = dt.date.fromisoformat(request["day"])
        Revision(
            product=product, template=product.template, company=self.company, date=day, cost_price=request["cost"]
        ).save()
        self.model("product.product").recompute_cost_price([product], start=day)
        return {}

    def figures(self, request):
        Product, Move = self.model("product.product"), self.model("stock.move")
        Product.recompute_cost_price([Product(self.items[request["item"]])])
        product = Product(self.items[request["item"]])
        moves = Move.search([("product", "=", product.id), ("state", "=", "done")], order=[("id", "ASC")])
        quantity = product._get_storage_quantity(date=dt.date.max)
        return {
            "moves": {str(move.id): str(move.cost_price) for move in moves},
            "cost": str(product.cost_price),
            "quantity": str(Decimal(str(quantity))),
        }

    def receive(self, request):
        Shipment, Move = self.model("stock.shipment.in"), self.model("stock.move")
        day = dt.date.fromisoformat(request["day"])
        coming = [
            Move(**self._move(item, quantity, "supplier", "dock"), unit_price=Decimal(price), currency=self.currency)
            for item, quantity, price in request["lines"]
        ]
        shipment = Shipment(
            supplier=self.supplier, warehouse=self.warehouse, company=self.company, incoming_moves=coming
        )
        shipment.effective_date, shipment.warehouse_input = day, self.places["dock"]
        shipment.warehouse_storage = self.places["shelf"]
        shipment.save()
        Shipment.receive([shipment])
        Shipment.do([shipment])
        return {"shipment": shipment.number}

    def timed(self, request):
        taken = []
        for _ in range(request["times"]):
            begun = time.perf_counter()
            done = self.answer(request["request"])
            if "refused" in done:
                raise SystemExit(f"refused while timed: {done['refused']}")
            taken.append(round(time.perf_counter() - begun, 6))
        return {"seconds": taken}

    def answer(self, request):
        """Carry out one request in a transaction of its own; a refusal rolls it back. What Tryton finds it must lock from
        the start is locked so the next time as well, which spares it the second try."""
        from trytond import exceptions
        from trytond.transaction import TransactionError

        what = request["do"]
        if what in ("open", "timed"):
            return {"ok": getattr(self, what)(request)}
        while True:
            try:
                with self.transaction(**self.locks.setdefault(what, {})) as transaction:
                    done = getattr(self, what)(request)
                    transaction.commit()
                return {"ok": done}
            except TransactionError as wants:
                wants.fix(self.locks[what])
            except (exceptions.UserError, exceptions.UserWarning) as refusal:
                return {"refused": str(refusal)}


def _company(session):
    """The company, its chart, fiscal years with perpetual accounting, a category of goods and a supplier, made the way
    Tryton's own scenarios make them. Does nothing where they are there already."""
    from proteus import Model, Wizard
    from trytond.modules.account.tests import tools as accounts
    from trytond.modules.account_stock_continental.tests.tools import add_stock_accounts
    from trytond.modules.company.tests.tools import create_company

    Module = Model.get("ir.module")
    wanted = Module.find([("name", "in", MODULES), ("state", "=", "not activated")])
    if not wanted:
        session._context = Model.get("res.user").get_preferences(True, {})
        return
    Module.click(wanted, "activate")
    Wizard("ir.module.activate_upgrade").execute("upgrade")
    create_company(config=session)
    accounts.create_chart(config=session)
    for year in (2025, 2026, 2027):
        fiscal = accounts.create_fiscalyear(today=(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        fiscal.name, fiscal.start_date, fiscal.end_date = str(year), dt.date(year, 1, 1), dt.date(year, 12, 31)
        fiscal.account_stock_method = "continental"
        fiscal.click("create_period")
    ours = add_stock_accounts(accounts.get_accounts())
    goods = Model.get("product.category")(name="Goods", accounting=True)
    goods.account_expense, goods.account_revenue = ours["expense"], ours["revenue"]
    goods.account_stock = ours["stock"]
    goods.account_stock_in = goods.account_stock_out = ours["stock_expense"]
    goods.save()
    Model.get("party.party")(name="Supplier").save()


def main():
    """Answer requests until `close` or the end of the input. Whatever else would be printed goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    os.environ["TRYTOND_PRODUCT__PRICE_DECIMAL"] = COST_DIGITS  # read when Tryton is first imported
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    world = World()
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "close":
            break
        answers.write(json.dumps(world.answer(request)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
