package ai.costauditor.gateway;

import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 of Tomcat with connections that need little memory. All buffers of a connection live as long as its call, and a
 * stream may be silent for minutes, so they are as small as they can be without more work for the usual call.
 */
public class LeanHttp11Protocol extends Http11NioProtocol {

    /**
     * Bytes that a servlet can write before they leave it. Text has a buffer of as many characters beside it. What is larger
     * goes past it.
     */
    private static final int RESPONSE_BUFFER = 1024;

    /** Bytes that are read of a socket at once, counted twice: in the socket's buffer and behind the request's head. */
    private static final int READ_BUFFER = 1024;

    /** Bytes that are written to a socket at once. */
    private static final int WRITE_BUFFER = 2 * 1024;

    /** Bytes of fields behind the body of a request; no SDK sends any. */
    private static final int TRAILER_BUFFER = 256;

    public LeanHttp11Protocol() {
        setMaxTrailerSize(TRAILER_BUFFER);
        setProperty("socket.appReadBufSize", Integer.toString(READ_BUFFER));
        setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
    }

    @Override
    public int getDesiredBufferSize() {
        return RESPONSE_BUFFER;
    }
}
