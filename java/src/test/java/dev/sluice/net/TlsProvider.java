package dev.sluice.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.Needs;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** The engines of TLS that the tests know, with the certificates of {@link TlsContexts}. */
enum TlsProvider {
    JDK {
        @Override
        @Nullable
        String missing() {
            return null;
        }

        @Override
        Tls client(String... protocols) {
            return Tls.client(TlsContexts.client()).serverName("localhost")
                    .applicationProtocols(protocols);
        }

        @Override
        Tls server(String... protocols) {
            return Tls.server(TlsContexts.server()).applicationProtocols(protocols);
        }
    },

    CONSCRYPT {
        @Override
        @Nullable
        String missing() {
            try {
                Conscrypt.checkAvailability();
                return null;
            } catch (LinkageError | RuntimeException absent) {
                return "needs Conscrypt, whose library does not load here: " + absent;
            }
        }

        @Override
        Tls client(String... protocols) {
            return Tls.client(TlsContexts.of("client", "server", Conscrypt.newProvider()))
                    .serverName("localhost").applicationProtocols(protocols);
        }

        @Override
        Tls server(String... protocols) {
            return Tls.server(TlsContexts.of("server", "client", Conscrypt.newProvider()))
                    .applicationProtocols(protocols);
        }
    },

    OPENSSL {
        @Override
        @Nullable
        String missing() {
            return OpenSsl.isAvailable()
                    ? null
                    : "needs netty-tcnative, whose library does not load here: "
                            + OpenSsl.unavailabilityCause();
        }

        @Override
        Tls client(String... protocols) throws IOException, GeneralSecurityException {
            SslContext context = withProtocols(SslContextBuilder.forClient()
                    .trustManager(TlsContexts.certificate("server")), protocols);
            return Tls
                    .client((host, port) -> context.newEngine(ByteBufAllocator.DEFAULT, host, port))
                    .serverName("localhost");
        }

        @Override
        Tls server(String... protocols) throws IOException, GeneralSecurityException {
            SslContext context = withProtocols(SslContextBuilder.forServer(
                    TlsContexts.key("server"), TlsContexts.certificate("server")), protocols);
            return Tls.server((host, port) -> context.newEngine(ByteBufAllocator.DEFAULT));
        }

        // Its engine takes ALPN from its own builder alone. The collector frees this kind of engine.
        private SslContext withProtocols(SslContextBuilder builder, String... protocols)
                throws IOException {
            builder.sslProvider(SslProvider.OPENSSL);
            if (protocols.length > 0) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT, protocols));
            }
            return builder.build();
        }
    };

    /** Returns why it cannot be used here, or null. */
    @Nullable
    abstract String missing();

    abstract Tls client(String... protocols) throws IOException, GeneralSecurityException;

    abstract Tls server(String... protocols) throws IOException, GeneralSecurityException;

    /** Skips the test where it does not load, or where its library would end the virtual machine. */
    void assumeLoaded() {
        assumeTrue(this == JDK || !Needs.isWine(),
                () -> this + " needs Windows itself: under Wine its library in C ends the process");
        String why = missing();
        assumeTrue(why == null, () -> "" + why);
    }
}
