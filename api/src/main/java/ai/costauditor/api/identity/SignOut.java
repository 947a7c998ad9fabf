package ai.costauditor.api.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.stereotype.Component;

/**
 * Who signs out leaves no refresh token that works. Other browsers of the person get a new one for their session without
 * asking.
 */
@Component
class SignOut implements LogoutHandler {

    private final JdbcClient database;

    SignOut(JdbcClient database) {
        this.database = database;
    }

    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response, @Nullable Authentication signedIn) {
        if (signedIn != null) {
            database.sql("delete from oauth2_authorization where principal_name = ?")
                    .param(signedIn.getName())
                    .update();
        }
    }
}
