using System.Diagnostics;
using System.Globalization;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.LeakRules;
using XdpAudit.Testing;

namespace XdpAudit.LeakRules.Tests;

/// <summary>Each leak is made on the real kernel, judged, and its plain commands are typed into a shell as they stand. Then bpftool tells whether they helped.</summary>
public sealed class RemedyOnTheKernelTests
{
    [Fact]
    public void A_program_that_was_detached_and_stays_pinned_goes() => Mends(scenarios => scenarios.Detached_but_pinned());

    [Fact]
    public void A_program_that_a_process_holds_goes_with_the_process() => Mends(scenarios => scenarios.Held_by_a_process());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_defunct_link_goes_and_its_program_with_it(bool pinned) => Mends(scenarios => scenarios.Defunct_link(pinned));

    [Theory]
    [InlineData("xdpdrv", "va")]
    [InlineData("xdpgeneric", "va")]
    [InlineData("xdpdrv", "'$(id)`w`;")]
    [InlineData("xdpdrv", "-rf")]
    [InlineData("xdpgeneric", "\"&|*\u001b\\x41")]
    public void An_unowned_attachment_is_removed_in_its_mode(string mode, string name) => Mends(scenarios => scenarios.Unowned_attachment(mode, name));

    [Fact]
    public void An_unowned_attachment_in_a_namespace_without_a_name_is_removed_by_its_path() => Mends(scenarios => scenarios.Unowned_attachment(), namespacesNamed: false);

    [Theory]
    [InlineData("guard")]
    [InlineData("it's a \"pin\"; $(id) `id` -rf *")]
    [InlineData("100%s\u001b[2J\\x41\n")]
    [InlineData("-rf")]
    [InlineData("\u202egr\u00fcn")]
    public void An_unused_pin_goes_whatever_its_name(string name) => Mends(scenarios => scenarios.Pinned_and_never_attached(name));

    [Fact]
    public void A_pin_of_another_mount_namespace_goes() => Mends(scenarios => scenarios.Pinned_in_another_mount_namespace(hidden: false));

    [Fact]
    public void A_pin_under_two_other_mounts_goes_and_the_mounts_stay()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Pinned_under_other_mounts();
        var mounts = Mounts(lab);

        Type(Judge(leak));

        Gone(leak);
        Assert.Equal(3, mounts.Length);
        Assert.Equal(mounts, Mounts(lab));
    }

    [Fact]
    public void A_hidden_pin_of_another_mount_namespace_goes() => Mends(scenarios => scenarios.Pinned_in_another_mount_namespace(hidden: true));

    [Theory]
    [InlineData("prog_array")]
    [InlineData("devmap")]
    [InlineData("cpumap")]
    public void A_program_in_an_element_of_a_map_goes(string mapType) => Mends(scenarios => scenarios.Kept_by_a_map(mapType));

    [Fact]
    public void Surplus_copies_go_and_the_newest_stays()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Loaded_again_and_again();

        Type(Judge(leak));

        Gone(leak);
        Assert.True(Leak.Exists("prog", leak.Programs[^1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stranger_goes_and_the_old_program_is_in_force_again(bool byLink)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Replaced_by_a_stranger(byLink);

        Type(Judge(leak));

        Gone(leak);
        Assert.Equal(leak.Programs[0], Assert.Single(KernelView.Of(Without(leak)).Attachments).ProgramId.Value);
    }

    [Theory]
    [InlineData("vb")]
    [InlineData("-rf")]
    [InlineData("$(id)'")]
    public void A_program_missing_from_an_interface_is_put_back(string name)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Missing_from_one_interface(name);

        Type(Judge(leak));

        Assert.Equal(2, KernelView.Of(leak).Attachments.Count(attachment => attachment.ProgramId.Value == leak.Programs[0]));
        Assert.Empty(Judged.Host(KernelView.Of(leak)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_orphaned_map_goes(bool pinned) => Mends(scenarios => scenarios.Orphaned_map(pinned));

    [Fact]
    public void A_program_under_way_in_a_socket_is_found_where_the_remedy_says_to_look()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Under_way_in_a_socket();

        var commands = Judge(leak).Remedy.Where(step => step is { By: "plain", Command: not null }).Select(step => step.Command!).ToList();
        var places = Shell.Type(commands.First(command => command.Contains("scm_fds", StringComparison.Ordinal))).Output;

        Assert.Contains($"/proc/{leak.Keepers[0].Pid}/fdinfo/", places, StringComparison.Ordinal);
        Assert.NotEqual(0, Shell.Type(commands[^1]).ExitCode);
        leak.Keepers[0].Dispose();
        Gone(leak);
        Assert.Equal(0, Shell.Type(commands[^1]).ExitCode);
    }

    [Fact]
    public void What_the_auditor_holds_goes_with_the_auditor()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Held_by_a_process("auditor-holds");

        var found = Judged.Host(KernelView.Of(leak, auditorPid: leak.Keepers[0].Pid)).Single(f => f.Rule == leak.Rule);
        var kill = found.Remedy.First(step => step.By == "plain").Command!;

        Assert.NotEmpty(Shell.Type(found.Remedy[^1].Command!).Output);
        Assert.Equal(0, Shell.Type(kill).ExitCode);
        Gone(leak);
        Assert.Empty(Shell.Type(found.Remedy[^1].Command!).Output);
    }

    [Fact]
    public void A_detach_in_the_wrong_mode_that_was_called_a_success_is_done_in_the_right_one()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Unowned_attachment("xdpgeneric");
        Lab.In(leak.Interfaces[0].Netns, "bpftool", "net", "detach", "xdpdrv", "dev", "va");
        var view = KernelView.Of(leak);
        var operation = new OperationView
        {
            Id = new("op"),
            Kind = OperationKinds.LinkDetach,
            State = OperationStates.Contradicted,
            RequestedAt = view.At.AddSeconds(-5),
            RequestedBy = new() { Pid = 5 },
            AttachPoint = Assert.Single(view.Attachments).AttachPoint,
            ProgramId = new(leak.Programs[0]),
        };

        Type(Judged.Host(view with { Operations = [operation] }).Single(f => f.Rule == LeakRule.OperationContradicted));

        Gone(leak);
    }

    [Fact]
    public void A_remedy_typed_too_late_removes_nothing_that_is_not_the_leak()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var scenarios = new LeakScenarios(lab);
        using var leak = scenarios.Pinned_and_never_attached();
        var found = Judge(leak);

        File.Delete(leak.Pins[0].Path);
        using var later = scenarios.Pinned_and_never_attached();
        var answer = Shell.Type(found.Remedy.First(step => step.By == "plain").Command!);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.True(Leak.Exists("prog", later.Programs[0]));
    }

    [Fact]
    public void A_process_of_another_start_time_is_not_ended()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = new LeakScenarios(lab).Held_by_a_process();
        var view = KernelView.Of(leak);
        var program = view.Programs[0];
        var holder = Assert.IsType<HolderView.Descriptor>(Assert.Single(program.Holders));
        var earlier = program with { Holders = [holder with { Process = holder.Process with { StartTicks = holder.Process.StartTicks - 1 } }] };

        var found = Assert.Single(Judged.Host(view with { Programs = [earlier] }));
        var answer = Shell.Type(found.Remedy.First(step => step.By == "plain").Command!);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.False(leak.Keepers[0].Ended);
    }

    private static void Mends(Func<LeakScenarios, Leak> make, bool namespacesNamed = true)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        using var leak = make(new LeakScenarios(lab));

        var found = Judge(leak, namespacesNamed);
        Type(found);

        Gone(leak);
    }

    private static LeakCandidate Judge(Leak leak, bool namespacesNamed = true)
    {
        foreach (var (kind, id) in leak.Goes)
        {
            Assert.True(Leak.Exists(kind, id), $"{kind} {id} must be there before the remedy");
        }

        var escaped = Escaped(KernelView.Of(leak, namespacesNamed: namespacesNamed));
        return Judged.Host(escaped).Single(f => f.Rule == leak.Rule);
    }

    /// <summary>Every plain command, in order, each of which must succeed.</summary>
    private static void Type(LeakCandidate found)
    {
        foreach (var step in found.Remedy.Where(step => step is { By: "plain", Command: not null }))
        {
            var answer = Shell.Type(step.Command!);
            Assert.True(answer.ExitCode == 0, $"'{step.Command}' ended with {answer.ExitCode}: {answer.Errors}{answer.Output}");
        }
    }

    /// <summary>Names as the auditor writes them: what is not printable, and the backslash, as <c>\xNN</c>.</summary>
    private static HostView Escaped(HostView view)
    {
        static string Escape(string text) => string.Concat(text.Select(c =>
            c is >= ' ' and <= '~' and not '\\' || c == '\u00fc' ? c.ToString() : string.Concat(System.Text.Encoding.UTF8.GetBytes([c]).Select(b => $"\\x{b.ToString("x2", CultureInfo.InvariantCulture)}"))));
        static HolderView Holder(HolderView holder) => holder is HolderView.Pin pin ? pin with { Path = new(Escape(pin.Path.Value)), ReachedBy = Escape(pin.ReachedBy) } : holder;
        return view with
        {
            Attachments = [.. view.Attachments.Select(attachment => attachment with { IfName = Escape(attachment.IfName) })],
            Programs = [.. view.Programs.Select(program => program with { Holders = [.. program.Holders.Select(Holder)] })],
        };
    }

    /// <summary>The kernel frees after the last reference went, not at once: at most five seconds are waited for it.</summary>
    private static void Gone(Leak leak)
    {
        var waited = Stopwatch.StartNew();
        foreach (var (kind, id) in leak.Goes)
        {
            while (Leak.Exists(kind, id))
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(5), $"{kind} {id} is still there");
            }
        }
    }

    /// <summary>The leak without what is gone by now.</summary>
    private static Leak Without(Leak leak)
    {
        leak.Links.RemoveAll(id => !Leak.Exists("link", id));
        leak.Programs.RemoveAll(id => !Leak.Exists("prog", id));
        return leak;
    }

    private static string[] Mounts(Lab lab) => [.. File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains($" {lab.Bpffs} ", StringComparison.Ordinal))];
}
