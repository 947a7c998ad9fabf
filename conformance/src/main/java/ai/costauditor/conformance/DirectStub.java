package ai.costauditor.conformance;

import ai.costauditor.gateway.stub.StubProvider;

/** The stub provider alone, so that its bytes can be compared with those that came through the gateway. */
public final class DirectStub {

    private DirectStub() {}

    /** Prints the address, and stops when the standard input ends. */
    public static void main(String[] args) throws Exception {
        try (StubProvider stub = StubProvider.start(0)) {
            System.out.println(stub.uri());
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
