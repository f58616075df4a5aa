package dev.sluice.conformance;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that mean nothing with a setting of the io_uring backend. They are left out with it alone,
 * and the reason is printed.
 */
public final class VariantLimits implements ExecutionCondition {
    /** How each reason begins. */
    static final String WITH = "with ";

    private record Limit(String property, String value, String reason, List<String> tests) {
        boolean holdsFor(String test) {
            return value.equals(System.getProperty(property)) && tests.contains(test);
        }
    }

    private static final String ZERO_COPY = "sluice.uring.zero_copy_send";

    /** Whether sends of this process may be zero-copy, where the backend can do that. */
    static boolean sendsWithoutCopy() {
        String set = System.getProperty(ZERO_COPY);
        return set != null && !set.equals("off");
    }

    private static final List<Limit> LIMITS = List.of(
            new Limit(ZERO_COPY, "1",
                    "a send without a copy ends when its peer has read, not when it is cancelled",
                    List.of("CancelTest.aHalfDoneSendEndsWithTheBytesThatMovedAndTheStreamContinues"
                            + "BehindThem",
                            "CloseTest.immediateLeavesTheDeliveryOfFinishedSendsToTheSystem",
                            "FairnessTest.aBusyMultishotReceiverDoesNotStarveAThousandOthers",
                            "FairnessTest.aBusyReceiverDoesNotStarveAThousandOthers",
                            "GracefulTimeoutTest.aSendThatIsCancelledMeanwhileMakesItAReset",
                            "GracefulTimeoutTest.aSendThatRunsOutOfTimeMeanwhileMakesItAReset",
                            "GracefulTimeoutTest.whatTheSystemTookBeforeTheTimeoutStillArrives",
                            "LingerTest.aCloseLingersForItsTimeWhereNobodyReads",
                            "LingerTest.aLingeringCloseCannotBeCancelled",
                            "LingerTest.abortDoesNotLinger",
                            "LingerTest.closingThePortWithLingeringSocketsDoesNotWaitForThem",
                            "LingerTest.gracefulDeliversAndDoesNotLingerAfterwards",
                            "LingerTest.manyLingeringClosesWaitAtTheSameTime",
                            "LingerTest.offWithBytesQueuedEndsAtOnceAndTheyArrive",
                            "LingerTest.positiveWithAFullQueueNeverBlocksThePortsThread",
                            "LingerTest.positiveWithAReaderEndsWhenAllIsDelivered",
                            "LingerTest.zeroWithBytesQueuedEndsAtOnceAndDropsThem",
                            "StreamDataTest.aSendThatIsCancelledHalfwayReportsHowManyBytesThePeerGets",
                            "StreamDataTest.aSendThatWaitsForAHalfClosedPeerIsCancelledWhenever")),
            new Limit(ZERO_COPY, "1",
                    "each send without a copy waits for an acknowledgement, which a peer delays",
                    List.of("QueuedSendsTest.aCloseEndsEachOfThem",
                            "QueuedSendsTest.aPeerGetsWhatTheEventsReportWhateverEndsThem",
                            "QueuedSendsTest.thoseThatWaitNeedNoPollEach",
                            "StreamDataTest.aThousandQueuedSendsKeepTheirOrder",
                            "StreamDataTest.tinySocketBuffers")),
            new Limit(ZERO_COPY, "1",
                    "a send that was done may end only in the port's close, where no echo runs",
                    List.of("DescriptorReuseTest.connectionsThatComeAndGoNeverSeeOneAnother")),
            new Limit("sluice.uring.multishot_poll", "off",
                    "after the peer's end a wait for room looks again and again, with pauses",
                    List.of("ReadinessTest.aHalfClosedConnectionThatIsIdleCostsNothing",
                            "EndOfStreamTest.anEndWhileASendIsBlockedKeepsNobodyBusy",
                            "EndOfStreamTest.aPollForWritingIsNotEndedByAHalfClose")),
            new Limit("sluice.uring.multishot_receive", "off",
                    "each datagram takes a receive of its own",
                    List.of("SystemCallsTest.aMultishotReceiveOfDatagramsNeedsNoCallForEach")),
            new Limit("sluice.uring.buffer_ring", "off",
                    "each datagram takes a receive of its own",
                    List.of("SystemCallsTest.aMultishotReceiveOfDatagramsNeedsNoCallForEach")),
            new Limit("sluice.uring.submissions", "1",
                    "each request of a ring with one place takes a call of its own",
                    List.of("SystemCallsTest."
                            + "anEchoOfManyConnectionsNeedsNoMoreThanAReceiveAndASendEach",
                            "SystemCallsTest."
                                    + "severalReceivesOfOneDatagramSocketShareTheRoundsOfTheRing")));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String method = context.getTestMethod().map(Method::getName).orElse("");
        String type = context.getTestClass().map(Class::getSimpleName).orElse("");
        return LIMITS.stream()
                .filter(limit -> limit.holdsFor(type + "." + method))
                .findAny()
                .map(limit -> ConditionEvaluationResult.disabled(
                        WITH + limit.property + "=" + limit.value + ": " + limit.reason))
                .orElseGet(() -> ConditionEvaluationResult.enabled("nothing speaks against it"));
    }
}
