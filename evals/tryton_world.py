"""A company in Tryton, driven by JSON lines: one request a line on standard input, one answer a line on standard output.

This file runs in the environment of the peers (`make peers`), where Tryton is, and imports nothing of ours; our code talks
to it as a process of its own (`evals.tryton`). Amounts and quantities travel as text, days as 2026-11-20. An answer is
{"ok": ...} or {"refused": words}. Requests, by `do`:

    open      uri, database, by_site                  the company with its chart and year; the database is made on first
                                                      use. by_site: a second warehouse, and a cost for each of them
    item      name, method (average or fifo)          a product with perpetual accounting; `landed` so far is worth nothing
    move      item, from, to, quantity, price, day    one move, done and posted, one commit; gives its id
    carry     item, from, to, quantity, day           an internal shipment to the other warehouse, sent and arrived on one
                                                      day; gives the id of the move that left
    price     move, price                             a receipt that is done cost another price
    revise    item, cost, day, site                   what a piece is worth from a day on, and everything after re-costed
    figures   item, methods [[method, first day]...]  re-costs the item by each method from its day on (null: from the first
                                                      move), then tells what each move and what is left at each site cost
    receive   lines [[item, quantity, price]...], day a supplier's shipment received, put away, done and posted: one commit
    timed     request, times                          a request so many times; gives the seconds each took
    close

Places are supplier, customer, lost, and two shelves at each site: shelf and shelf-2 at MAIN, there and there-2 at OTHER.
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
BY_SITE = "product_cost_warehouse"
MAIN, OTHER = "MAIN", "OTHER"
COST_DIGITS = "10"
ROUNDS_MAX = 8
"""So often two warehouses are re-costed in turn, until neither changes what the other sent."""


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
        self.by_site = bool(request.get("by_site"))
        _company(session, [*MODULES, BY_SITE] if self.by_site else MODULES)
        self.user, self.company = session.user, session.context["company"]
        self.name, self.pool = request["database"], Pool(request["database"])
        with self.transaction() as transaction:
            self._look_around()
            transaction.commit()
        return {"version": __version__}

    def transaction(self, **locks):
        from trytond.transaction import Transaction

        return Transaction().start(self.name, self.user, context={"company": self.company}, **locks)

    def at(self, site):
        """What is said and asked within is of one warehouse."""
        from trytond.transaction import Transaction

        return Transaction().set_context(warehouse=self.sites[site] if self.by_site else None)

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
        lost = Location.search([("type", "=", "lost_found")])[0].id
        self.places = {"supplier": by_code["SUP"], "customer": by_code["CUS"], "shelf": by_code["STO"]}
        self.places |= {"shelf-2": by_code["STO2"], "lost": lost, "dock": by_code["IN"]}
        self.warehouse = by_code["WH"]
        self.sites = {MAIN: self.warehouse}
        if self.by_site:
            self.sites[OTHER] = by_code["WH-B"]
            self.places |= {"there": by_code["STO-B"], "there-2": by_code["STO2-B"]}
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

    def carry(self, request):
        Shipment, Move = self.model("stock.shipment.internal"), self.model("stock.move")
        day = dt.date.fromisoformat(request["day"])
        pieces = self._move(request["item"], request["quantity"], request["from"], request["to"])
        shipment = Shipment(
            from_location=self.places[request["from"]],
            to_location=self.places[request["to"]],
            company=self.company,
            planned_date=day,
            planned_start_date=day,
            effective_date=day,
            effective_start_date=day,
            moves=[Move(**pieces, unit_price=Decimal(0), currency=self.currency)],
        )
        shipment.save()
        Shipment.wait([shipment])
        for done in (Shipment.assign_force, Shipment.pack, Shipment.ship, Shipment.do):
            done([shipment])
        return {"move": Shipment(shipment.id).outgoing_moves[0].id}

    def price(self, request):
        Move = self.model("stock.move")
        Move.write([Move(request["move"])], {"unit_price": Decimal(request["price"])})
        return {}

    def revise(self, request):
        Revision = self.model("product.cost_price.revision")
        product = self.model("product.product")(self.items[request["item"]])
        day = dt.date.fromisoformat(request["day"])
        place = {"warehouse": self.sites[request["site"]]} if self.by_site else {}
        with self.at(request["site"]):
            Revision(
                product=product,
                template=product.template,
                company=self.company,
                date=day,
                cost_price=request["cost"],
                **place,
            ).save()
            self.model("product.product").recompute_cost_price([product], start=day)
        return {}

    def figures(self, request):
        product = self.items[request["item"]]
        for method, day in request["methods"]:
            self._recost(product, method, dt.date.fromisoformat(day) if day else None)
        return {"moves": self._costs(product), "sites": {site: self._left(product, site) for site in self.sites}}

    def _recost(self, number, method, day):
        """Value the item by a method from a day on, at every site, until what one sent the other stands."""
        Product = self.model("product.product")
        template = Product(number).template
        if template.cost_price_method != method:
            template.cost_price_method = method
            template.save()
        for _ in range(ROUNDS_MAX):
            before = self._costs(number)
            for site in self.sites:
                with self.at(site):
                    Product.recompute_cost_price([Product(number)], start=day)
            if len(self.sites) == 1 or self._costs(number) == before:
                return

    def _costs(self, number):
        moves = self.model("stock.move").search([("product", "=", number), ("state", "=", "done")])
        return {str(move.id): str(move.cost_price) for move in moves}

    def _left(self, number, site):
        with self.at(site):
            product = self.model("product.product")(number)
            quantity = product._get_storage_quantity(date=dt.date.max)
            return {"quantity": str(Decimal(str(quantity))), "cost": str(product.cost_price or 0)}

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
        what = request["do"]
        if what in ("open", "timed"):
            return {"ok": getattr(self, what)(request)}
        from trytond import backend, exceptions  # after `open`, which says what the backend is
        from trytond.transaction import TransactionError

        while True:
            try:
                with self.transaction(**self.locks.setdefault(what, {})) as transaction:
                    done = getattr(self, what)(request)
                    transaction.commit()
                return {"ok": done}
            except TransactionError as wants:
                wants.fix(self.locks[what])
            except backend.DatabaseOperationalError:
                continue  # another one was first: as its own server does, it is done again
            except (exceptions.UserError, exceptions.UserWarning) as refusal:
                return {"refused": str(refusal)}


def _company(session, modules):
    """The company, its chart, fiscal years with perpetual accounting, a category of goods and a supplier, made the way
    Tryton's own scenarios make them. Does nothing where they are there already."""
    from proteus import Model, Wizard
    from trytond.modules.account.tests import tools as accounts
    from trytond.modules.account_stock_continental.tests.tools import add_stock_accounts
    from trytond.modules.company.tests.tools import create_company

    Module = Model.get("ir.module")
    wanted = Module.find([("name", "in", modules), ("state", "=", "not activated")])
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
    _places(by_site=BY_SITE in modules)


def _places(*, by_site):
    """A second shelf; by site also a second warehouse, with a cost of its own and a place that is on the way."""
    from proteus import Model

    Location = Model.get("stock.location")
    (first,) = Location.find([("code", "=", "WH")])
    (shelf,) = Location.find([("code", "=", "STO")])
    Location(name="Second shelf", code="STO2", type="storage", parent=shelf).save()
    if not by_site:
        return
    (second,) = first.duplicate(default={"name": "Second warehouse"})
    for place in Location.find([("parent", "child_of", [second.id])]):
        place.code = f"{place.code}-B"
        place.save()
    transit = Location(name="On the way", code="WAY", type="storage")
    transit.save()
    stock, products = Model.get("stock.configuration")(1), Model.get("product.configuration")(1)
    stock.shipment_internal_transit, products.cost_price_warehouse = transit, True
    stock.save()
    products.save()


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
