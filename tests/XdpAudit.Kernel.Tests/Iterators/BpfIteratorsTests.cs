using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class BpfIteratorsTests
{
    /// <summary>As on a kernel that has no iter/bpf_link: the object as a whole is refused.</summary>
    private const string OneIsUnknown =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("iter/bpf_prog") int xa_iter_program(void *ctx) { return 0; }
        SEC("iter/no_such_thing") int xa_iter_link(void *ctx) { return 0; }
        char _license[] SEC("license") = "GPL";
        """;

    [Fact]
    public void An_iterator_this_kernel_does_not_know_takes_no_other_with_it()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();

        using var iterators = BpfIterators.Load(File.ReadAllBytes(lab.CompileBpf("one", OneIsUnknown)));

        Assert.True(iterators.Has(BpfIterators.Program));
        Assert.Null(iterators.FailureOf(BpfIterators.Program));
        Assert.False(iterators.Has(BpfIterators.Link));
        Assert.NotNull(iterators.FailureOf(BpfIterators.Link)?.Errno);
        Assert.NotNull(iterators.FailureOf(BpfIterators.Task));
    }

    [Fact]
    public void An_object_that_is_none_leaves_the_slower_way()
    {
        Requires.RootAndBpf();

        using var iterators = BpfIterators.Load([1, 2, 3]);

        Assert.All(BpfIterators.Names, n => Assert.NotNull(iterators.FailureOf(n)));
    }
}
