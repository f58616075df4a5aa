package dev.sluice.bench.compare;

import java.util.List;
import java.util.stream.Collectors;

/** The list of all loads. */
public final class LoadTypes {
    /** In the order of the help. */
    public static final List<LoadType> ALL = List.of(
            new EchoLoads(),
            new ChurnLoads(),
            new BulkLoads(),
            new WholeBulkLoads(),
            new FileLoad(),
            new FanOutLoad(),
            new MixedLoad(),
            new ProxyLoad(),
            new RequestLoads(),
            new TlsLoads(),
            new UdpLoads(),
            new UdpBulkLoad(),
            new RateLoad(),
            new FirstLoad(),
            new IdleLoad());

    private LoadTypes() {}

    /** Returns their names, for a message. */
    static String names() {
        return ALL.stream().map(LoadType::name).collect(Collectors.joining(", "));
    }
}
