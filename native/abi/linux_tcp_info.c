/* TCP_INFO as the kernel has it: the structure of <netinet/tcp.h> is older, and the two exclude
   each other. */
#include <linux/tcp.h>

#include "linux_parts.h"

void abi_linux_tcp_info(void)
{
    /* It grows at its end with the kernel, and its size with the headers; what counts here is the
       part that the bindings know. */
    const struct tcp_info *info = NULL;
    abi_struct("struct tcp_info",
               offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info->tcpi_snd_wnd);
    FIELD(struct tcp_info, tcpi_state);
    FIELD(struct tcp_info, tcpi_ca_state);
    FIELD(struct tcp_info, tcpi_retransmits);
    FIELD(struct tcp_info, tcpi_probes);
    FIELD(struct tcp_info, tcpi_backoff);
    FIELD(struct tcp_info, tcpi_options);
    FIELD(struct tcp_info, tcpi_rto);
    FIELD(struct tcp_info, tcpi_ato);
    FIELD(struct tcp_info, tcpi_snd_mss);
    FIELD(struct tcp_info, tcpi_rcv_mss);
    FIELD(struct tcp_info, tcpi_unacked);
    FIELD(struct tcp_info, tcpi_sacked);
    FIELD(struct tcp_info, tcpi_lost);
    FIELD(struct tcp_info, tcpi_retrans);
    FIELD(struct tcp_info, tcpi_fackets);
    FIELD(struct tcp_info, tcpi_last_data_sent);
    FIELD(struct tcp_info, tcpi_last_ack_sent);
    FIELD(struct tcp_info, tcpi_last_data_recv);
    FIELD(struct tcp_info, tcpi_last_ack_recv);
    FIELD(struct tcp_info, tcpi_pmtu);
    FIELD(struct tcp_info, tcpi_rcv_ssthresh);
    FIELD(struct tcp_info, tcpi_rtt);
    FIELD(struct tcp_info, tcpi_rttvar);
    FIELD(struct tcp_info, tcpi_snd_ssthresh);
    FIELD(struct tcp_info, tcpi_snd_cwnd);
    FIELD(struct tcp_info, tcpi_advmss);
    FIELD(struct tcp_info, tcpi_reordering);
    FIELD(struct tcp_info, tcpi_rcv_rtt);
    FIELD(struct tcp_info, tcpi_rcv_space);
    FIELD(struct tcp_info, tcpi_total_retrans);
    FIELD(struct tcp_info, tcpi_pacing_rate);
    FIELD(struct tcp_info, tcpi_max_pacing_rate);
    FIELD(struct tcp_info, tcpi_bytes_acked);
    FIELD(struct tcp_info, tcpi_bytes_received);
    FIELD(struct tcp_info, tcpi_segs_out);
    FIELD(struct tcp_info, tcpi_segs_in);
    FIELD(struct tcp_info, tcpi_notsent_bytes);
    FIELD(struct tcp_info, tcpi_min_rtt);
    FIELD(struct tcp_info, tcpi_data_segs_in);
    FIELD(struct tcp_info, tcpi_data_segs_out);
    FIELD(struct tcp_info, tcpi_delivery_rate);
    FIELD(struct tcp_info, tcpi_busy_time);
    FIELD(struct tcp_info, tcpi_rwnd_limited);
    FIELD(struct tcp_info, tcpi_sndbuf_limited);
    FIELD(struct tcp_info, tcpi_delivered);
    FIELD(struct tcp_info, tcpi_delivered_ce);
    FIELD(struct tcp_info, tcpi_bytes_sent);
    FIELD(struct tcp_info, tcpi_bytes_retrans);
    FIELD(struct tcp_info, tcpi_dsack_dups);
    FIELD(struct tcp_info, tcpi_reord_seen);
    FIELD(struct tcp_info, tcpi_rcv_ooopack);
    FIELD(struct tcp_info, tcpi_snd_wnd);
}
