namespace XdpAudit.Store.Bench;

/// <summary>Programs that are found, pinned and unloaded: a journal as a busy host writes it.</summary>
internal static class Sample
{
    internal static readonly HostId Host = new("0123456789abcdef0123456789abcdef");
    internal static readonly DateTimeOffset Moment = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);
    private static readonly BootId Boot = new("fedcba9876543210fedcba9876543210");
    private static readonly Knowledge Seen = new() { How = Knowledge.Observed, Source = "observation:0190f2a4b6c87d1e9f00112233445566" };

    internal static ProgramKey Program(int number) => new(Host, Boot, new((uint)number), 1_000_000_000UL + (ulong)number);

    /// <summary>The n-th event of a host on which programs come, are pinned, and go again, so that at most <paramref name="alive"/> live at a time.</summary>
    internal static JournalEvent Event(int n, int alive)
    {
        var (round, place) = (n / alive, n % alive);
        var key = Program(((round / 3) * alive) + place + 1);
        JournalEvent fact = (round % 3) switch
        {
            0 => new ProgramFound(new() { Key = key, Type = "xdp", Name = "sample_pass", LoadedAt = Moment, Uid = 0, MapIds = [new(7)], MemlockBytes = 4096 }),
            1 => new ProgramPinned(key, new(new($"/sys/fs/bpf/sample_{place}"), 33, 5, $"/sys/fs/bpf/sample_{place}", false)),
            _ => new ProgramUnloaded(key, "sample_pass", EndReason.LastReference, "a pin"),
        };
        return fact with { Occurred = Occurrence.Exactly(Moment.AddMilliseconds(n)), KnownBy = Seen };
    }

    internal static JournalEvent[] Batch(int from, int count, int alive) => [.. Enumerable.Range(from, count).Select(n => Event(n, alive))];
}
