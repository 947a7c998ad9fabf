package ai.costauditor.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom: docs/architecture.md. */
class DirectionTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("ai.costauditor");

    @Test
    void theLedgerKnowsNobodyAndNoWeb() {
        noClasses()
                .that()
                .resideInAPackage("ai.costauditor.ledger..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.costauditor.api..",
                        "ai.costauditor.gateway..",
                        "ai.costauditor.projections..",
                        "org.springframework.web..",
                        "jakarta.servlet..",
                        "java.net.http..")
                .check(CLASSES);
    }

    @Test
    void projectionsAndGatewayKnowTheLedgerOnly() {
        noClasses()
                .that()
                .resideInAPackage("ai.costauditor.projections..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.costauditor.api..", "ai.costauditor.gateway..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("ai.costauditor.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.costauditor.api..", "ai.costauditor.projections..")
                .check(CLASSES);
    }

    @Test
    void theApiDoesNotKnowTheGateway() {
        noClasses()
                .that()
                .resideInAPackage("ai.costauditor.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.costauditor.gateway..")
                .check(CLASSES);
    }

    @Test
    void featuresOfTheGatewayAndOfTheProjectionsFormNoCircles() {
        slices().matching("ai.costauditor.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
        slices().matching("ai.costauditor.projections.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields()
                .should()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .orShould()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("jakarta.annotation.Resource")
                .check(CLASSES);
    }
}
