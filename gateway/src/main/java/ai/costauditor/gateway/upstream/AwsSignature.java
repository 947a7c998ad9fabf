package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.providers.Credential.AwsKeys;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs a request as Amazon wants it (signature version 4), by the signer of its own SDK. What Amazon asks for is signed:
 * the host, the type and length of the body, its hash, and its own headers. Others may be changed on the way.
 */
final class AwsSignature {

    private static final String SERVICE = "bedrock";
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private AwsSignature() {}

    /** @param headers as they leave; the signature and what belongs to it are added */
    static void addTo(List<Header> headers, AwsKeys keys, URI target, byte[] body) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(target);
        headers.stream()
                .filter(header -> isSigned(header.getName().toLowerCase(Locale.ROOT)))
                .forEach(header -> request.appendHeader(header.getName(), header.getValue()));
        SdkHttpRequest signed = SIGNER.sign(signing -> signing.identity(identity(keys))
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, keys.region()))
                .request();
        signed.forEachHeader((name, values) -> {
            if (isAdded(name.toLowerCase(Locale.ROOT))
                    && headers.stream().noneMatch(header -> header.getName().equalsIgnoreCase(name))) {
                values.forEach(value -> headers.add(new BasicHeader(name, value)));
            }
        });
    }

    private static boolean isSigned(String lower) {
        return lower.equals("content-type") || lower.startsWith("x-amz");
    }

    /** The client of our connections writes host and length itself, and the same. */
    private static boolean isAdded(String lower) {
        return lower.equals("authorization") || lower.startsWith("x-amz-");
    }

    private static AwsCredentialsIdentity identity(AwsKeys keys) {
        return keys.sessionToken() == null
                ? AwsCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey())
                : AwsSessionCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }
}
