"""What makes the demo's mail: papers as data, their layouts, electronic invoices, EDI, sheets, scans. Development only."""
