"""Who and what the company is: entities, sites, suppliers, items, units, accounts."""
