package ai.costauditor.api.identity;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The pages are one document; its router reads the path. */
@Controller
class Pages {

    /** Every path of the pages and of the files that they load. */
    static final String[] MATCHED = {
        "/",
        "/index.html",
        "/favicon.svg",
        "/favicon.ico",
        "/assets/**",
        "/sign-in",
        "/sign-out",
        "/signed-in",
        "/summary/**",
        "/calls/**",
        "/keys/**",
        "/get-started/**",
        "/admin/**"
    };

    @GetMapping({"/", "/sign-in", "/signed-in", "/summary/**", "/calls/**", "/keys/**", "/get-started/**", "/admin/**"})
    String page() {
        return "forward:/index.html";
    }
}
