namespace XdpAudit.Cli.Tests;

public sealed class VerifierLogTests
{
    [Fact]
    public void The_verdict_its_instructions_and_their_source_line_are_kept()
    {
        var log = File.ReadAllText(Path.Combine(Golden.ProjectDirectory, "fixtures", "verifier-6.18-packet.log"));

        var (lines, omitted) = VerifierLog.Cut(log);

        Assert.Equal(
            [
                "; return *(int *)(long)ctx->data; @ r.c:10",
                "12: (61) r1 = *(u32 *)(r6 +0)         ; R1=pkt(r=0) R6=ctx()",
                "13: (61) r0 = *(u32 *)(r1 +0)",
                "invalid access to packet, off=0 size=4, R1(id=0,off=0,r=0)",
                "R1 offset is outside of the packet",
            ],
            lines);
        Assert.Equal(log.TrimEnd('\n').Split('\n').Length - 5, omitted);
    }

    [Fact]
    public void A_log_that_was_cut_off_before_its_end_still_shows_its_last_words()
    {
        var (lines, omitted) = VerifierLog.Cut("; a @ x.c:1\n0: (b7) r0 = 0\n; b @ x.c:2\n1: (b7) r1 = 0\n2: (b7) r2 = 0\n3: (b7) r3 = 0\n4: (b7) r4 = 0\nR4 !read_ok");

        Assert.Equal(["; b @ x.c:2", "2: (b7) r2 = 0", "3: (b7) r3 = 0", "4: (b7) r4 = 0", "R4 !read_ok"], lines);
        Assert.Equal(3, omitted);
    }

    [Fact]
    public void A_refusal_before_any_instruction_is_shown_whole()
    {
        var (lines, omitted) = VerifierLog.Cut("libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\nBPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000) max_states_per_insn 4\n-- END PROG LOAD LOG --\n");

        Assert.Equal(["BPF program is too large. Processed 1000001 insn"], lines);
        Assert.Equal(3, omitted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public void An_empty_log_has_no_lines(string log)
    {
        var (lines, omitted) = VerifierLog.Cut(log);

        Assert.Empty(lines);
        Assert.Equal(0, omitted);
    }

    [Fact]
    public void A_verdict_without_end_is_cut_too()
    {
        var (lines, omitted) = VerifierLog.Cut("0: (b7) r0 = 0\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"words {i}\n")));

        Assert.Equal(8, lines.Count);
        Assert.Equal("words 999", lines[^1]);
        Assert.Equal(993, omitted);
    }
}
