package dev.nightdesk.gate;

class SqliteBudgetTest extends BudgetContract {}
