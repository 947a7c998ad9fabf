package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.FileReferences;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.WireFormat;

/** What a request refers to at the provider: nobody gets at another tenant's files and answers by their names. */
final class References {

    private final StoredObjects objects;

    References(StoredObjects objects) {
        this.objects = objects;
    }

    /**
     * The request with the history that it continues, which is billed again, where its length is known; else the model's
     * window bounds it.
     *
     * @throws CallRefused if the history, or a file, is another tenant's
     */
    RequestFacts known(Call call, Provider provider, WireFormat format, RequestFacts facts) {
        for (String file : FileReferences.in(facts.body())) {
            if (objects.find(provider.name(), file)
                    .filter(found -> !found.belongsTo(call.key()))
                    .isPresent()) {
                throw new CallRefused(Kind.NOT_FOUND, "there is no file " + file + " of this project");
            }
        }
        String id = format.continues(facts);
        StoredObject before =
                id == null ? null : objects.find(provider.name(), id).orElse(null);
        if (before == null) {
            return facts;
        }
        if (!before.belongsTo(call.key())) {
            throw new CallRefused(Kind.NOT_FOUND, "Previous response with id '" + id + "' not found.");
        }
        // another model may make more tokens of the same text
        boolean sameModel = before.model().equals(provider.modelBehind(facts.model()));
        return before.context() == null || !sameModel ? facts : format.continued(facts, before.context());
    }
}
