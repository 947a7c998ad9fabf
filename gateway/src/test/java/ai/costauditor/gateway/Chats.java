package ai.costauditor.gateway;

/** Questions and answers of chat completions, as they look on the wire. */
final class Chats {

    static final String PATH = "/v1/chat/completions";

    private Chats() {}

    static String question(String more) {
        return "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}],\"max_tokens\":100"
                + more + "}";
    }

    static String streamed() {
        return question(",\"stream\":true");
    }

    static String chunk(String rest) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o-mini-2024-07-18\","
                + rest + "}\n\n";
    }

    static String text(String text) {
        return chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]");
    }

    static String finish() {
        return chunk("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]");
    }

    /** 20 × 0.15 + 10 × 0.60 per million: 0.000009. */
    static String usage() {
        return "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":10,\"total_tokens\":30}";
    }

    static String usageChunk() {
        return chunk("\"choices\":[]," + usage());
    }

    static String done() {
        return "data: [DONE]\n\n";
    }

    static String answer() {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":\"pong\"},\"finish_reason\":\"stop\"}]," + usage()
                + "}";
    }
}
