package ai.costauditor.api.identity;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Remembers refresh tokens that were exchanged. One that is presented again was copied: the whole sign-in it belongs to ends
 * (RFC 9700, section 4.14.2).
 */
final class RotatingAuthorizations implements OAuth2AuthorizationService {

    private final OAuth2AuthorizationService store;
    private final JdbcClient database;

    RotatingAuthorizations(OAuth2AuthorizationService store, JdbcClient database) {
        this.store = store;
        this.database = database;
    }

    @Override
    public void save(OAuth2Authorization authorization) {
        OAuth2Authorization before = store.findById(authorization.getId());
        String old = refreshToken(before);
        if (old != null && !Objects.equals(old, refreshToken(authorization))) {
            database.sql("insert into used_refresh_token (hash, authorization_id) values (?, ?) on conflict do nothing")
                    .params(ApiTokens.hash(old), authorization.getId())
                    .update();
        }
        store.save(authorization);
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
        OAuth2Authorization found = store.findByToken(token, type);
        if (found == null && OAuth2TokenType.REFRESH_TOKEN.equals(type)) {
            database.sql("select authorization_id from used_refresh_token where hash = ?")
                    .param(ApiTokens.hash(token))
                    .query(String.class)
                    .optional()
                    .map(store::findById)
                    .ifPresent(store::remove);
        }
        return found;
    }

    private static @Nullable String refreshToken(@Nullable OAuth2Authorization authorization) {
        if (authorization == null) {
            return null;
        }
        OAuth2Authorization.Token<OAuth2RefreshToken> token = authorization.getRefreshToken();
        return token == null ? null : token.getToken().getTokenValue();
    }
}
