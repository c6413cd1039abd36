using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class ProgramRetainedTests
{
    [Fact]
    public void A_program_that_was_detached_and_is_kept_by_a_pin_is_retained_with_the_commands_that_let_it_go()
    {
        var program = A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0");

        var found = Judged.Only(program);

        Assert.Equal((LeakRule.ProgramRetained, "medium", A.Ago(65)), (found.Rule, found.Severity, found.Since));
        Assert.Equal(new FindingSubject("program", "program/h/b/17/17000", 17, "filter"), found.Subject);
        Assert.Equal(
            "program 17 'filter' is loaded and has been in force nowhere since 2026-03-01 10:55:00 UTC (1 h 5 min); its last attachment, at 'eth0' in the netns with cookie 1, "
            + "ended because it was detached. A detach does not unload: the kernel keeps a program until its last holder lets go. Still holding it: the pin '/sys/fs/bpf/x'.",
            found.Summary);
        Assert.Equal(
            """
            xdpaudit program unpin 17 --pin '/sys/fs/bpf/x'
            xdpaudit reconcile
            """,
            found.Commands("xdpaudit"));
        Assert.Equal(
            """
            bpftool prog show pinned '/sys/fs/bpf/x' | grep -q '^17: ' && rm -- '/sys/fs/bpf/x'
            sleep 1; ! bpftool prog show id 17 2>/dev/null
            """,
            found.Commands("plain"));
        Assert.Equal(new FindingCost(4096, 1), found.Cost);
        Assert.Equal([17L, 117L], found.Evidence);
        Assert.Equal(["programs", "links", "namespaces", "attachments"], found.Needs);
        Assert.Null(found.Doubt);
    }

    [Fact]
    public void A_program_of_an_operation_of_ours_is_let_go_by_unload()
    {
        var program = A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0") with { Operation = A.Ours };

        var found = Judged.Only(program);

        Assert.Equal("xdpaudit program unload 17\nxdpaudit reconcile", found.Commands("xdpaudit"));
        Assert.Contains("rm -- '/sys/fs/bpf/x'", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_only_a_process_keeps_is_retained_and_the_process_is_named_by_its_start_time()
    {
        var found = Judged.Only(A.Program(17, A.Fd(812)));

        Assert.Equal((LeakRule.ProgramRetained, "low"), (found.Rule, found.Severity));
        Assert.EndsWith("no attachment of it was ever seen (loaded 2026-03-01 10:00:00 UTC by uid 0). Still holding it: pid 812 (loader) by fd 5.", found.Summary, StringComparison.Ordinal);
        Assert.StartsWith("[ \"$(sed 's/.*) //' /proc/812/stat | cut -d' ' -f20)\" = 4711 ] && kill 812\n", found.Commands("plain"), StringComparison.Ordinal);
        Assert.StartsWith("[ \"$(sed 's/.*) //' /proc/812/stat | cut -d' ' -f20)\" = 4711 ] && kill 812\n", found.Commands("xdpaudit"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_to_end_a_process_whose_start_is_not_known_nor_pid_1()
    {
        var found = Judged.Only(A.Program(17, A.Fd(812, start: null), A.Fd(1, "systemd")));

        Assert.DoesNotContain("kill", found.Commands("plain"), StringComparison.Ordinal);
        Assert.Contains("pid 812 (loader) holds the program", found.Commands("plain"), StringComparison.Ordinal);
        Assert.Contains("pid 1 (systemd) holds the program: have it close the fd; it cannot be ended", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_holds_it_is_let_go_in_order_links_pins_elements_and_processes_once_each()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"), A.Fd(812)).Defunct();
        var program = A.Program(17, A.Fd(812), A.Element(5, 258, "devmap"), A.Pin("/run/p", "/proc/44/root/run/p"), A.Held(link)).WasAt("eth0");

        var found = Judged.Host(program, link).Single(f => f.Rule == LeakRule.ProgramRetained);

        Assert.Equal(
            """
            bpftool link show pinned '/sys/fs/bpf/l' | grep -q '^30: ' && rm -- '/sys/fs/bpf/l'
            [ "$(sed 's/.*) //' /proc/812/stat | cut -d' ' -f20)" = 4711 ] && kill 812
            bpftool prog show pinned '/proc/44/root/run/p' | grep -q '^17: ' && rm -- '/proc/44/root/run/p'
            bpftool map delete id 5 key hex 02 01 00 00
            sleep 1; ! bpftool prog show id 17 2>/dev/null
            """,
            found.Commands("plain"));
    }

    [Fact]
    public void A_program_in_force_anywhere_is_not_retained()
    {
        var found = Judged.Host(A.Program(17, A.Pin("/sys/fs/bpf/x"), A.Netlink()).IsAt("eth0").WasAt("eth1", "interface-gone"), A.Attachment(17));

        Assert.Empty(found);
    }

    [Fact]
    public void A_program_whose_link_is_in_force_in_a_namespace_we_cannot_see_is_not_retained()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"));

        Assert.Empty(Judged.Host(A.Program(17, A.Held(link)), link));
    }

    [Fact]
    public void A_program_that_could_not_be_looked_at_is_not_judged()
    {
        Assert.Empty(Judged.Host(A.Program(17) with { State = ProgramStates.Unknown }));
    }

    [Fact]
    public void An_incomplete_look_is_named_as_a_doubt()
    {
        var found = Judged.Only(A.Program(17, A.Fd(812)), A.Coverage("attachments"));

        Assert.Equal("not looked at to the end: attachments (open attachments of pid 1: EACCES)", found.Doubt);
    }

    [Fact]
    public void What_libxdp_left_behind_is_one_finding_on_its_dispatcher()
    {
        var link = A.Link(30, 18, A.Pin("/sys/fs/bpf/xdp/dispatch-3-17/prog0-link")) with { Type = "tracing" };
        var extension = A.Program(18, A.Pin("/sys/fs/bpf/xdp/dispatch-3-17/prog0-prog"), A.Held(link)) with { Type = "ext", Name = "my_filter" };
        var dispatcher = A.Program(17, new HolderView.Program { Key = A.Key(18), Id = new(18) }).WasAt("eth0", "interface-gone") with { Name = "xdp_dispatcher" };

        var found = Judged.Only(link, extension, dispatcher);

        Assert.Equal((LeakRule.ProgramRetained, 17u), (found.Rule, found.Subject.KernelId!.Value));
        Assert.EndsWith("It is a dispatcher of libxdp: it and program 18 'my_filter' are kept by the pins libxdp left.", found.Summary, StringComparison.Ordinal);
        Assert.Equal(
            """
            bpftool link show pinned '/sys/fs/bpf/xdp/dispatch-3-17/prog0-link' | grep -q '^30: ' && rm -- '/sys/fs/bpf/xdp/dispatch-3-17/prog0-link'
            bpftool prog show pinned '/sys/fs/bpf/xdp/dispatch-3-17/prog0-prog' | grep -q '^18: ' && rm -- '/sys/fs/bpf/xdp/dispatch-3-17/prog0-prog'
            sleep 1; ! bpftool prog show id 17 2>/dev/null
            """,
            found.Commands("plain"));
        Assert.Equal(new FindingCost(8192, 2), found.Cost);
    }

    [Fact]
    public void An_ext_program_under_a_dispatcher_in_force_is_in_use()
    {
        var link = A.Link(30, 18, A.Pin("/sys/fs/bpf/xdp/dispatch-3-17/prog0-link")) with { Type = "tracing" };
        var extension = A.Program(18, A.Pin("/sys/fs/bpf/xdp/dispatch-3-17/prog0-prog"), A.Held(link)) with { Type = "ext" };
        var dispatcher = A.Program(17, A.Netlink()).IsAt("eth0") with { Name = "xdp_dispatcher" };

        Assert.Empty(Judged.Host(link, extension, dispatcher, A.Attachment(17)));
    }

    [Fact]
    public void A_name_that_would_drive_a_terminal_is_shown_harmless()
    {
        var found = Judged.Only(A.Program(17, A.Fd(812, "\u001b[2Jx\u202ey")) with { Name = "a\nb" });

        Assert.Contains("program 17 'a\\u000ab'", found.Summary, StringComparison.Ordinal);
        Assert.Contains("(\\u001b[2Jx\\u202ey)", found.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain(found.Summary, char.IsControl);
        Assert.DoesNotContain(found.Commands("plain"), c => char.IsControl(c) && c != '\n');
    }
}
