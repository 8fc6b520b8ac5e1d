"""The contents of this room: which verb carries out which command, and which detectors listen to which event."""

from typing import Any

from core.command import Command
from core.sales import (
    billing,
    commands,
    customers,
    holding,
    orders,
    receivables,
    requests,
    return_commands,
    returning,
    shipping,
)

VERBS: dict[type[Command], Any] = {
    commands.AddCustomer: customers.add_customer,
    commands.LinkCustomerSender: customers.link_customer_sender,
    commands.SetCreditLimit: customers.set_credit_limit,
    commands.SetCustomerTier: customers.set_customer_tier,
    commands.OpenReceivable: receivables.open_receivable,
    commands.ReceivePayment: receivables.receive_payment,
    commands.EnterSalesOrder: orders.enter_sales_order,
    commands.ConfirmSalesOrder: orders.confirm_sales_order,
    commands.CancelSalesOrder: orders.cancel_sales_order,
    commands.ShipGoods: shipping.ship_goods,
    commands.ReleaseShipping: holding.release_shipping,
    commands.InvoiceCustomer: billing.invoice_customer,
    return_commands.CreditCustomer: billing.credit_customer,
    return_commands.RegisterReturnRequest: requests.register_return_request,
    return_commands.WithdrawReturnRequest: requests.withdraw_return_request,
    return_commands.ReceiveCustomerReturn: returning.receive_customer_return,
    return_commands.RestockReturned: returning.restock_returned,
    return_commands.ScrapReturned: returning.scrap_returned,
}
DETECTORS: dict[str, tuple[Any, ...]] = {}
