namespace XdpAudit.Store.Tests;

/// <summary>
/// Journals as a busy host could write them, and worse: programs come, are attached, replaced, pinned, end, and come again; links likewise;
/// events in orders that no kernel would produce are among them, since the store must not care.
/// </summary>
internal static class Generated
{
    internal static IReadOnlyList<JournalEvent> Journal(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => One(random))];

    private static JournalEvent One(Random random)
    {
        var program = A.Program((uint)random.Next(1, 40));
        var other = A.Program((uint)random.Next(1, 40));
        var link = A.Link((uint)random.Next(1, 20));
        var place = A.Place(random.Next(1, 8));
        var occurred = Occurrence.Exactly(A.Moment.AddSeconds(random.Next(100000)));
        OperationId? operation = random.Next(4) == 0 ? new OperationId($"op{random.Next(1, 15)}") : null;
        JournalEvent fact = random.Next(14) switch
        {
            0 or 1 or 2 => new ProgramFound(A.Facts(program.Id.Value)),
            3 => new ProgramUnloaded(program, "p", EndReason.LastReference, "nothing"),
            4 => new LinkFound(new() { Key = link, Program = program, AttachPoint = place, IfName = "va" }),
            5 => new LinkReleased(link, program, EndReason.Asked, "fd"),
            6 => new AttachmentEstablished(place, A.Interface, XdpMode.Native, program, "p", random.Next(2) == 0 ? link : null),
            7 => new AttachmentReplaced(place, A.Interface, XdpMode.Native, other, new("old", null, 0, null), program, "p", null),
            8 => new AttachmentRemoved(place, "va", XdpMode.Native, program, null, EndReason.InterfaceGone),
            9 => new ProgramPinned(program, A.Pin($"/sys/fs/bpf/{random.Next(5)}")),
            10 => new ProgramUnpinned(program, A.Pin($"/sys/fs/bpf/{random.Next(5)}")),
            11 => new HolderAppeared(program.Value, new HolderFacts.ByDescriptor(A.Process(random.Next(100, 110)), 3, null)),
            12 => new InterfaceRemoved(place, "va", EndReason.InterfaceGone),
            _ => random.Next(3) switch
            {
                0 => new GapOpened(A.Host, "a test"),
                1 => new OperationRequested(new($"op{random.Next(1, 15)}"), A.Plan, A.Process(1), null),
                _ => new OperationVerified(new($"op{random.Next(1, 15)}"), "o", "seen"),
            },
        };
        return fact with { Occurred = occurred, KnownBy = A.Seen, Operation = operation };
    }
}
