/**
 * Metrics of the ports of Sluice for Micrometer.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer 1.17 has an automatic name.
module dev.sluice.micrometer {
    requires transitive dev.sluice;
    requires transitive micrometer.core;
    requires org.slf4j;

    exports dev.sluice.micrometer;
}
