package ai.costauditor.api.identity;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Keeps sign-ins. Tokens are stored as hashes: who reads the database cannot sign in with it. A refresh token can be exchanged
 * once; when it is presented a second time, one of the two who have it is a thief, and the whole sign-in ends (RFC 9700,
 * section 4.14.2).
 */
final class RotatingAuthorizations implements OAuth2AuthorizationService {

    /** No token that we make begins like this, and a presented one is hashed whatever it looks like. */
    private static final String HASHED = "sha256:";

    private final OAuth2AuthorizationService store;
    private final JdbcClient database;

    RotatingAuthorizations(OAuth2AuthorizationService store, JdbcClient database) {
        this.store = store;
        this.database = database;
    }

    @Override
    public void save(OAuth2Authorization authorization) {
        if (store.findById(authorization.getId()) == null) {
            forgetTheOld();
        }
        store.save(hashed(authorization));
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        store.remove(authorization);
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return store.findById(id);
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
        if (type != null && "state".equals(type.getValue())) {
            return store.findByToken(token, type);
        }
        String hash = hash(token);
        OAuth2Authorization found = asPresented(store.findByToken(hash, type), hash, token);
        if (OAuth2TokenType.REFRESH_TOKEN.equals(type)) {
            return found == null ? endSignInOf(hash) : claim(hash, found);
        }
        return found;
    }

    /** Of two who ask at the same moment, one inserts; the other one is the second to use the token. */
    private @Nullable OAuth2Authorization claim(String hash, OAuth2Authorization found) {
        int inserted = database.sql(
                        "insert into used_refresh_token (hash, authorization_id) values (?, ?) on conflict do nothing")
                .params(hash, found.getId())
                .update();
        return inserted == 1 ? found : endSignInOf(hash);
    }

    private @Nullable OAuth2Authorization endSignInOf(String hash) {
        database.sql("delete from oauth2_authorization where id ="
                        + " (select authorization_id from used_refresh_token where hash = ?)")
                .param(hash)
                .update();
        return null;
    }

    private void forgetTheOld() {
        database.sql("delete from used_refresh_token where used_at < now() - interval '2 days'")
                .update();
        database.sql("delete from oauth2_authorization where greatest(authorization_code_expires_at,"
                        + " access_token_expires_at, refresh_token_expires_at) < now() - interval '1 day'")
                .update();
    }

    private static OAuth2Authorization hashed(OAuth2Authorization authorization) {
        return with(authorization, value -> value.startsWith(HASHED) ? value : hash(value));
    }

    /** The server compares what it finds with what it was given. */
    private static @Nullable OAuth2Authorization asPresented(
            @Nullable OAuth2Authorization found, String hash, String token) {
        return found == null ? null : with(found, value -> value.equals(hash) ? token : value);
    }

    private static OAuth2Authorization with(OAuth2Authorization authorization, UnaryOperator<String> change) {
        OAuth2Authorization.Builder copy = OAuth2Authorization.from(authorization);
        OAuth2AuthorizationCode code = token(authorization, OAuth2AuthorizationCode.class);
        if (code != null) {
            copy.token(new OAuth2AuthorizationCode(
                    change.apply(code.getTokenValue()), code.getIssuedAt(), code.getExpiresAt()));
        }
        OAuth2AccessToken access = token(authorization, OAuth2AccessToken.class);
        if (access != null) {
            copy.token(new OAuth2AccessToken(
                    access.getTokenType(),
                    change.apply(access.getTokenValue()),
                    access.getIssuedAt(),
                    access.getExpiresAt(),
                    access.getScopes()));
        }
        OAuth2RefreshToken refresh = token(authorization, OAuth2RefreshToken.class);
        if (refresh != null) {
            copy.token(new OAuth2RefreshToken(
                    change.apply(refresh.getTokenValue()), refresh.getIssuedAt(), refresh.getExpiresAt()));
        }
        OidcIdToken id = token(authorization, OidcIdToken.class);
        if (id != null) {
            copy.token(new OidcIdToken(
                    change.apply(id.getTokenValue()), id.getIssuedAt(), id.getExpiresAt(), id.getClaims()));
        }
        return copy.build();
    }

    private static <T extends OAuth2Token> @Nullable T token(OAuth2Authorization authorization, Class<T> type) {
        OAuth2Authorization.Token<T> token = authorization.getToken(type);
        return token == null ? null : token.getToken();
    }

    private static String hash(String token) {
        return HASHED + ApiTokens.hash(token);
    }
}
