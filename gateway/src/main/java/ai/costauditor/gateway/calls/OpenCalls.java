package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls that are open, from their first byte to the last one of their answer, and what they take of the memory that is
 * there for them. Who finds no place is told to come back, before anything of the call is read: a heap that is full would end
 * the process, and all other calls with it.
 */
final class OpenCalls extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Streams end one by one, so waiting helps. */
    private static final int RETRY_AFTER_SECONDS = 5;

    /** A request body is read into memory, the strings in it are decoded, and it leaves as another array. */
    private static final int COPIES = 3;

    private static final String PLACE = Place.class.getName();

    private final transient Capacity capacity;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong memory = new AtomicLong();

    OpenCalls(Capacity capacity) {
        this.capacity = capacity;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Place place = new Place();
        request.setAttribute(PLACE, place);
        try {
            chain.doFilter(request, response);
            UpstreamResponse.write(request, response);
        } finally {
            place.leave();
        }
    }

    static Place placeOf(HttpServletRequest request) {
        return (Place) request.getAttribute(PLACE);
    }

    /** What one request takes. */
    final class Place {

        private boolean entered;
        private long taken;

        /** @throws CallRefused if there is no place for another call */
        void enter() {
            entered = true;
            if (calls.incrementAndGet() > capacity.calls()) {
                throw refused("as many calls are open as this server has room for");
            }
            take(Capacity.OF_A_CALL);
        }

        /**
         * @param bytes of the request's body, which are about to be read
         * @throws CallRefused if there is no memory for it
         */
        void hold(long bytes) {
            take(bytes * COPIES);
        }

        /** The body is not needed any more. */
        void letGoOfBody() {
            giveBack(taken - Capacity.OF_A_CALL);
        }

        private void take(long bytes) {
            taken += bytes;
            if (memory.addAndGet(bytes) > capacity.memory()) {
                throw refused("this server has no memory left for another call");
            }
        }

        /** Whoever is refused has given back his place when he hears of it, so that the next one finds it. */
        private CallRefused refused(String why) {
            leave();
            return new CallRefused(Problem.passing(
                    Kind.OVERLOADED, why + "; nothing was forwarded, try again later", RETRY_AFTER_SECONDS));
        }

        private void giveBack(long bytes) {
            taken -= bytes;
            memory.addAndGet(-bytes);
        }

        private void leave() {
            if (entered) {
                entered = false;
                giveBack(taken);
                calls.decrementAndGet();
            }
        }
    }
}
