package ai.costauditor.gateway.stub;

/** What the stub does not know. */
final class StubUnknown implements StubOpenAi {
    @Override
    public String body(StubAnswer a) {
        return error(404, "the stub does not know this operation");
    }

    @Override
    public boolean streams() {
        return false;
    }
}
