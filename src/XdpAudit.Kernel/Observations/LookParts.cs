using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>The coverage of a look while it is made.</summary>
internal sealed class LookParts
{
    internal LookPart Programs { get; } = new(Methods.Iterator);

    internal LookPart Links { get; } = new(Methods.Iterator);

    internal LookPart Maps { get; } = new(Methods.Iterator);

    internal LookPart Namespaces { get; } = new(Methods.Iterator);

    internal LookPart Attachments { get; } = new(Methods.Rtnetlink);

    internal LookPart Pins { get; } = new(Methods.BpffsWalk);

    internal LookPart Holders { get; } = new(Methods.Iterator);

    /// <summary>Why the slower way is gone, where it is: that alone makes nothing incomplete.</summary>
    internal void TellIterators(BpfIterators? iterators)
    {
        foreach (var (name, part) in new[]
        {
            (BpfIterators.Program, Programs), (BpfIterators.Link, Links), (BpfIterators.Map, Maps), (BpfIterators.Element, Maps),
            (BpfIterators.Task, Namespaces), (BpfIterators.File, Holders),
        })
        {
            if (iterators is null)
            {
                part.Lessened(Words.LoadingIterator(name), Words.IteratorsOff);
            }
            else if (iterators.FailureOf(name) is { } failure)
            {
                part.Lessened(Words.LoadingIterator(name), failure.Why, failure.Errno);
            }
        }
    }

    /// <summary>What only the iterator of open files leads to, where the slower way is gone for another reason too.</summary>
    internal void TellUnsought()
    {
        Pins.Lessened(Words.Listing("pins on bpffs that only a descriptor keeps"), Words.OnlyOpenFilesTell);
        Namespaces.Lessened(Words.Listing("network namespaces that only a socket keeps"), Words.OnlyOpenFilesTell);
    }

    internal Coverage Build() => new()
    {
        Programs = Programs.Build(),
        Links = Links.Build(),
        Maps = Maps.Build(),
        Namespaces = Namespaces.Build(),
        Attachments = Attachments.Build(),
        Pins = Pins.Build(),
        Holders = Holders.Build(),
    };
}
