package ai.costauditor.api.web;

/** One value of a request is wrong; the problem names the field, so that a form can show it there. */
public class InvalidField extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /** @param field as in the request: {@code project_id}, {@code budgets[0].limit} */
    public InvalidField(String field, String message) {
        super(message);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
