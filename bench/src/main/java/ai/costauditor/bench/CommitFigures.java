package ai.costauditor.bench;

/** Commands that were committed, and in how many commits. */
record CommitFigures(double commands, double commits) {

    /** From the page that Prometheus reads. */
    static CommitFigures of(String page) {
        return new CommitFigures(
                value(page, "auditor_ledger_commit_batch_sum"), value(page, "auditor_ledger_commit_batch_count"));
    }

    private static double value(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    CommitFigures since(CommitFigures before) {
        return new CommitFigures(commands - before.commands, commits - before.commits);
    }

    double meanBatch() {
        return commits == 0 ? 0 : commands / commits;
    }
}
