package ai.costauditor.api.policies;

import ai.costauditor.api.policies.NewPolicy.NewPreviews;
import ai.costauditor.ledger.previews.PreviewVault;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Text is kept encrypted or not at all, so previews need a server that has a key for them. */
@Constraint(validatedBy = Keepable.ByThisServer.class)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface Keepable {

    String message() default "cannot be kept: this server has no AUDITOR_SECRETS_PREVIEW_KEY";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class ByThisServer implements ConstraintValidator<Keepable, NewPreviews> {

        private final PreviewVault vault;

        ByThisServer(PreviewVault vault) {
            this.vault = vault;
        }

        @Override
        public boolean isValid(@Nullable NewPreviews previews, ConstraintValidatorContext context) {
            return previews == null || previews.length() == 0 || vault.isConfigured();
        }
    }
}
