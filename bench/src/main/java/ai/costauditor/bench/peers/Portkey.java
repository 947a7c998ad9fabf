package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;

/** Portkey's open-source gateway. Keys, budgets and logs are in its hosted versions, so here it only translates. */
final class Portkey extends ScriptedPeer {

    Portkey() {
        super("portkey", "portkey", Keeps.NOTHING, "/", Load.CHAT.with("x-portkey-provider", "openai"));
    }

    @Override
    Load.Call call(Place place) {
        return super.call(place).with("x-portkey-custom-host", "http://127.0.0.1:" + place.upstream() + "/v1");
    }
}
