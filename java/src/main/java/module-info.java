/**
 * Sockets on epoll, io_uring and IOCP behind one completion interface.
 */
module dev.sluice {
    requires org.slf4j;
    requires org.jctools.core;
    requires static jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.sluice;
    exports dev.sluice.net;
}
