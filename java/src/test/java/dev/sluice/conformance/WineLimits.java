package dev.sluice.conformance;

import java.lang.reflect.Method;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What Wine itself cannot honour, test by test, with the page of Microsoft's that says what Windows
 * does. Such a test is skipped under Wine alone, and the reason is printed. On Windows it must pass.
 */
public final class WineLimits implements ExecutionCondition {
    private static final boolean WINE = Needs.isWineBefore(10);
    private static final String PAGES = "https://learn.microsoft.com/en-us/windows/win32/";

    private enum Limit {
        HIDDEN_RESET(
                "Wine 8 reports a reset only to a receive that was pending then; a later one"
                        + " sees the end of the stream",
                "api/winsock2/nf-winsock2-wsarecv"),
        NETWORK_INTERFACES(
                "the JDK's list of network interfaces, which random numbers and with them temporary"
                        + " folders want too, ends the process under Wine 8",
                "api/iphlpapi/nf-iphlpapi-getadaptersaddresses"),
        HANGUP_ALONE(
                "the socket driver of Wine 8 looks for the peer's end only where bytes are asked for"
                        + " too",
                "api/winsock2/nf-winsock2-wsapoll"),
        SEND_WITHOUT_A_PEER(
                "a send on a socket without a peer is WSAECONNRESET in Wine 8",
                "api/winsock2/nf-winsock2-send"),
        RECEIVE_AFTER_A_REFUSAL(
                "a receive of a connected datagram socket that begins after a refusal, and before"
                        + " another send, gets no datagram in Wine 8",
                "api/winsock2/nf-winsock2-wsarecvfrom"),
        ACCEPT_CONTEXT(
                "SO_UPDATE_ACCEPT_CONTEXT of Wine 8 hands no buffer sizes down",
                "api/mswsock/nf-mswsock-acceptex");

        private final String text;

        Limit(String reason, String page) {
            this.text = reason + " (" + PAGES + page + ")";
        }
    }

    /** By the name of the class and the method. */
    private static final Map<String, Limit> LIMITS = Map.ofEntries(
            Map.entry("GracefulTimeoutTest.aPeerThatWasResetBeforeIsNoCleanEnd",
                    Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.aPollDoesNotUseItUp", Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.aReceiveLearnsItAndSoDoesEachFurtherOne",
                    Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.aTryReceiveLearnsItFirst", Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.aTrySendLearnsItFirst", Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.afterAShutdownOfOursToo", Limit.HIDDEN_RESET),
            Map.entry("HiddenResetTest.dataThatCameBeforeItMayBeReadAndThenTheReset",
                    Limit.HIDDEN_RESET),
            Map.entry("DatagramsInFlightTest.aRefusalEndsOneOfTheReceivesInFlight",
                    Limit.RECEIVE_AFTER_A_REFUSAL),
            Map.entry("AddressesTest.unixStreamsByPath", Limit.NETWORK_INTERFACES),
            Map.entry("AddressesTest.unixDatagramsByPathAndByName", Limit.NETWORK_INTERFACES),
            Map.entry("AddressesTest.connectToAUnixPathWhereNobodyListensIsRefused",
                    Limit.NETWORK_INTERFACES),
            Map.entry("AddressesTest.theScopeOfALinkLocalAddressIsKept", Limit.NETWORK_INTERFACES),
            Map.entry("AddressesTest.theScopeOfADatagramsSourceIsKept", Limit.NETWORK_INTERFACES),
            Map.entry("AddressesTest.aLinkLocalAddressWithoutItsScopeCannotBeBound",
                    Limit.NETWORK_INTERFACES),
            Map.entry("HalfCloseTest.aHangupIsReportedOnceForEachPoll", Limit.HANGUP_ALONE),
            Map.entry("CancelTest.aPollIsCancelledAndOthersOfTheSocketContinue",
                    Limit.HANGUP_ALONE),
            Map.entry("ReadinessTest.severalPollsOfOneSocketEndEachOnItsOwn",
                    Limit.HANGUP_ALONE),
            Map.entry("ReadinessTest.hangupWaitsForThePeersEndThoughBytesAreLeft",
                    Limit.HANGUP_ALONE),
            Map.entry("ReadinessTest.tryCallsOfALostConnectionFailWithReset", Limit.HIDDEN_RESET),
            Map.entry("TransferFromTest.aDeadlineThatCutsAFileMakesTheCloseAReset",
                    Limit.HIDDEN_RESET),
            Map.entry("ConnectionTest.anAbortIsAResetAndNoEnd", Limit.HIDDEN_RESET),
            Map.entry("ListenerTest.whatNobodyTookIsResetWithTheListener", Limit.HIDDEN_RESET),
            Map.entry(
                    "ListenerTest.aServerServesUntilItIsStoppedAndCountsHowItsConnectionsEnded",
                    Limit.HIDDEN_RESET),
            Map.entry("ServerReportTest.aKeptConnectionThatThePeerResetsIsLostAndNoFailure",
                    Limit.HIDDEN_RESET),
            Map.entry("ServerReportTest.aResetCountsAlsoAsTheCauseOfWhatTheHandlerThrew",
                    Limit.HIDDEN_RESET),
            Map.entry("FailingAcceptTest.aConnectionThatCannotBeBegunIsResetAndTheServerContinues",
                    Limit.HIDDEN_RESET),
            Map.entry("ServerReportTest.anEndTooEarlyADeadlineAndAFaultAreFailuresOfTheHandler",
                    Limit.HIDDEN_RESET),
            Map.entry("HalfAnswerTest.aGroupThatIsClosedUnderALiveServerEndsHalfAnswersWithAReset",
                    Limit.HIDDEN_RESET),
            Map.entry("HalfAnswerTest.aHandlerThatThrowsEndsItsHalfAnswerWithAReset",
                    Limit.HIDDEN_RESET),
            Map.entry(
                    "HalfAnswerTest.aWriteWhoseDeadlinePassesHalfWayEndsInAResetAlsoIfTheHandlerReturns",
                    Limit.HIDDEN_RESET),
            Map.entry(
                    "ServerStopTest.anIoFailureOfTheHandlerItselfIsInTheLogAndALossOrDeadlineIsNot",
                    Limit.HIDDEN_RESET),
            Map.entry("ServerStopTest.aHandlerThatSleepsIsInterruptedWhenTheTimeIsOver",
                    Limit.HIDDEN_RESET),
            Map.entry("DatagramsTest.aSendWithoutAPeerFailsAndNamesTheRemedy",
                    Limit.SEND_WITHOUT_A_PEER),
            Map.entry("SegmentedDatagramsTest.withoutAPeerTheyFail", Limit.SEND_WITHOUT_A_PEER),
            Map.entry("AcceptTest.whatTheListenerWasSetToHoldsForItsConnections",
                    Limit.ACCEPT_CONTEXT));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Limit limit = WINE ? limitOf(context) : null;
        return limit == null
                ? ConditionEvaluationResult.enabled("Wine has no part in it")
                : ConditionEvaluationResult.disabled("under Wine: " + limit.text);
    }

    private static Limit limitOf(ExtensionContext context) {
        String method = context.getTestMethod().map(Method::getName).orElse("");
        String type = context.getTestClass().map(Class::getSimpleName).orElse("");
        return LIMITS.get(type + "." + method);
    }
}
