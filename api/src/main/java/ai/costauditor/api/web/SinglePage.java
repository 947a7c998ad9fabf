package ai.costauditor.api.web;

import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The pages are one document; its router reads the path. */
@Configuration(proxyBeanMethods = false)
public class SinglePage implements WebMvcConfigurer {

    private static final String DOCUMENT = "/index.html";

    /** Paths that the document's router knows. */
    public static final List<String> PAGES = List.of(
            "/",
            "/sign-in",
            "/signed-in",
            "/summary/**",
            "/calls/**",
            "/keys/**",
            "/prices/**",
            "/budgets/**",
            "/waste/**",
            "/account/**",
            "/get-started/**",
            "/admin/**");

    /** What the document loads. */
    public static final List<String> FILES =
            List.of(DOCUMENT, "/assets/**", "/fonts/**", "/favicon.svg", "/favicon.ico", "/robots.txt");

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        PAGES.forEach(path -> registry.addViewController(path).setViewName("forward:" + DOCUMENT));
    }

    /** Files in assets have their content's hash in their names. The document is asked for anew: times in a jar are made up. */
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**")
                .addResourceLocations("classpath:/static/assets/")
                .setUseLastModified(false)
                .setCacheControl(
                        CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable());
        registry.addResourceHandler(DOCUMENT)
                .addResourceLocations("classpath:/static/")
                .setUseLastModified(false)
                .setCacheControl(CacheControl.noCache());
    }
}
