package ai.costauditor.ledger.check;

/**
 * Which calls there have been, in four bytes for each of them (a Bloom filter): "no" is certain, "yes" is wrong once in
 * 100,000 times, and has to be looked up.
 */
final class Seen {

    private static final int BITS_PER_CALL = 32;
    private static final int PROBES = 8;

    private final long[] bits;

    Seen(long calls) {
        long words = Math.max(1024, calls * BITS_PER_CALL / Long.SIZE);
        bits = new long[(int) Math.min(words, Integer.MAX_VALUE / 2)];
    }

    /** @return false if it was certainly not there before */
    boolean add(String call) {
        return look(call, true);
    }

    /** @return false if it was certainly never added */
    boolean has(String call) {
        return look(call, false);
    }

    private boolean look(String call, boolean add) {
        long hash = hash(call);
        boolean all = true;
        for (int i = 0; i < PROBES; i++) {
            int word = (int) Long.remainderUnsigned(hash, bits.length);
            long bit = 1L << (hash >>> 58);
            all &= (bits[word] & bit) != 0;
            bits[word] |= add ? bit : 0;
            hash = mix(hash + 0x9E3779B97F4A7C15L);
        }
        return all;
    }

    /** FNV-1a, mixed. */
    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
