package ai.costauditor.gateway.calls;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** The provider's answer: its head is here, its body still comes. */
public record Answer(ClassicHttpResponse response) {

    int status() {
        return response.getCode();
    }

    boolean isEventStream() {
        Header type = response.getFirstHeader("Content-Type");
        return type != null && type.getValue().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    /** Gives the connection back, or ends it if the answer was not read to its end. */
    void close() throws IOException {
        response.close();
    }
}
