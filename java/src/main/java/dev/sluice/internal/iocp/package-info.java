/**
 * The backend on completion ports of Windows. {@link dev.sluice.internal.iocp.IocpBackend} is the loop; a
 * class for each kind of request makes its calls and handles their packets; {@code IocpDriver} has the
 * completion port. Nothing here is linked on another operating system.
 */
@NullMarked
package dev.sluice.internal.iocp;

import org.jspecify.annotations.NullMarked;
