package ai.costauditor.api;

import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** The control plane, in processes of that role. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression(ApiRole.HERE)
@ComponentScan(
        basePackages = {
            "ai.costauditor.api.adjustments",
            "ai.costauditor.api.budgets",
            "ai.costauditor.api.identity",
            "ai.costauditor.api.keys",
            "ai.costauditor.api.organisations",
            "ai.costauditor.api.periods",
            "ai.costauditor.api.prices",
            "ai.costauditor.api.usage",
            "ai.costauditor.api.policies",
            "ai.costauditor.api.waste",
            "ai.costauditor.api.web"
        })
class ApiRole {

    static final String HERE = "'${auditor.roles:gateway,api,projections}'.contains('api')";
}
