package ai.costauditor.ledger.cluster;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS in which both sides prove that they know the secret: from it every process derives the same Ed25519 key, shows a
 * certificate of it, and trusts no other. Who does not know the secret cannot say a byte to the cluster, or read one.
 *
 * <p>Reference for the layout of the certificate: RFC 5280, section 4.1, and RFC 8410.
 */
final class SharedIdentity {

    private static final int SHORTEST_SECRET = 32;

    private SharedIdentity() {}

    /** @throws IllegalArgumentException if the secret is shorter than 32 bytes */
    static SSLContext from(byte[] secret) {
        if (secret.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException("auditor.cluster.secret is shorter than 32 bytes");
        }
        try {
            KeyPair keys = keys(secret);
            X509Certificate certificate = certificate(keys);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new OneKey(keys.getPrivate(), certificate)},
                    new TrustManager[] {new OnlyOurselves(keys.getPublic())},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cluster's key cannot be made", e);
        }
    }

    private static KeyPair keys(byte[] secret) throws GeneralSecurityException {
        byte[] seed = KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(secret)
                        .thenExpand("ai-cost-auditor cluster identity 1".getBytes(StandardCharsets.US_ASCII), 32));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Seeded(seed));
        return generator.generateKeyPair();
    }

    /** A private key of Ed25519 is 32 random bytes (RFC 8032, section 5.1.5); here they come from the secret. */
    private static final class Seeded extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final byte[] seed;

        Seeded(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException("a key of another length was asked for: " + bytes.length);
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
        }
    }

    // --- the certificate ---

    private static X509Certificate certificate(KeyPair keys) throws GeneralSecurityException {
        byte[] ed25519 = der(0x30, der(0x06, 0x2b, 0x65, 0x70));
        byte[] name = der(0x30, der(0x31, der(0x30, join(der(0x06, 0x55, 0x04, 0x03), text(0x0c, "ai-cost-auditor")))));
        byte[] validity = der(0x30, join(text(0x17, "250101000000Z"), text(0x18, "99991231235959Z")));
        byte[] version3 = der(0xa0, der(0x02, 0x02));
        byte[] serial = der(0x02, 0x01);
        byte[] content = der(
                0x30,
                join(
                        version3,
                        serial,
                        ed25519,
                        name,
                        validity,
                        name,
                        keys.getPublic().getEncoded()));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        byte[] certificate = der(0x30, join(content, ed25519, der(0x03, join(new byte[1], signature.sign()))));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(certificate));
    }

    private static byte[] text(int tag, String text) {
        return der(tag, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return der(tag, bytes);
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length >= 0x80) {
            out.write(0x82);
            out.write(content.length >> 8);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    // --- who we are, and whom we trust ---

    private static final class OneKey extends X509ExtendedKeyManager {

        private static final String ALIAS = "cluster";

        private final PrivateKey key;
        private final X509Certificate certificate;

        OneKey(PrivateKey key, X509Certificate certificate) {
            this.key = key;
            this.certificate = certificate;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return type.equals("EdDSA") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /** The handshake itself proves that the other side has the private key of what it shows. */
    private static final class OnlyOurselves extends X509ExtendedTrustManager {

        private final PublicKey key;

        OnlyOurselves(PublicKey key) {
            this.key = key;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !chain[0].getPublicKey().equals(key)) {
                throw new CertificateException("not of this cluster: another secret, or none");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
