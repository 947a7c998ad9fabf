package ai.costauditor.api.identity;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may use a method of a resource: callers with one of the roles, or, without roles, everyone whose request carries a
 * valid token. A method without this annotation is refused to all: what nobody thought about is closed.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Allowed {

    /** One of them is enough; none means every role. */
    Role[] value() default {};
}
