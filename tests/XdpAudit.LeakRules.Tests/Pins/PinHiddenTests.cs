using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class PinHiddenTests
{
    [Fact]
    public void A_hidden_pin_that_alone_keeps_a_program_is_one_finding_on_the_pin()
    {
        var found = Judged.Only(A.Program(17, A.Pin("/sys/fs/bpf/x", hidden: true)).WasAt("eth0"));

        Assert.Equal((LeakRule.PinHidden, "medium"), (found.Rule, found.Severity));
        Assert.Equal(new FindingSubject("pin", "pin/program/h/b/17/17000/sys/fs/bpf/x", 17, "/sys/fs/bpf/x"), found.Subject);
        Assert.Equal(
            "the pin '/sys/fs/bpf/x' of program 17 'filter', seen since 2026-03-01 10:00:00 UTC (2 h), is under a bpffs that another mount covers: "
            + "its path no longer leads to it, and it still holds the program, which nothing else keeps.",
            found.Summary);
        Assert.Equal(
            """
            unshare --mount sh -c 'cd / || exit 1; until bpftool prog show pinned "$1" 2>/dev/null | grep -q "^$2: "; do d=$1; until [ -e "${d:-/}" ]; do d=${d%/*}; done; m=$(findmnt -nfo TARGET --target "${d:-/}"); [ -n "$m" ] && [ "$m" != / ] && umount -l "$m" || exit 1; done; rm -- "$1"' sh '/sys/fs/bpf/x' 17
            sleep 1; ! bpftool prog show id 17 2>/dev/null
            """,
            found.Commands("plain"));
    }

    [Fact]
    public void In_another_mount_namespace_the_commands_go_there()
    {
        var found = Judged.Only(A.Program(17, A.Pin("/run/x", "/proc/44/root/run/x", hidden: true)));

        Assert.StartsWith("nsenter --target 44 --mount unshare --mount sh -c ", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hidden_pin_of_a_link_in_force_is_severe_because_its_owner_will_not_find_it()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l", hidden: true));

        var found = Judged.Only(link, A.Program(17, A.Held(link)).IsAt("eth0", link: 30), A.Attachment(17, link: 30));

        Assert.Equal((LeakRule.PinHidden, "high"), (found.Rule, found.Severity));
    }

    [Fact]
    public void Beside_other_holders_the_object_has_its_own_finding()
    {
        Assert.Equal(
            ["pin-hidden pin 17", "program-retained program 17"],
            Judged.Said(A.Program(17, A.Pin("/sys/fs/bpf/x", hidden: true), A.Fd(812))));
    }

    [Fact]
    public void A_pin_that_can_be_seen_is_not_hidden()
    {
        Assert.DoesNotContain(Judged.Host(A.Program(17, A.Pin("/sys/fs/bpf/x"))), f => f.Rule == LeakRule.PinHidden);
    }
}
