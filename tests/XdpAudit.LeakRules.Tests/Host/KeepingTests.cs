using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class KeepingTests
{
    private static readonly string[] _onPrograms = [LeakRule.ProgramRetained, LeakRule.PinUnused, LeakRule.MapHeldProgram, LeakRule.HolderUnknown];

    [Fact]
    public void However_an_idle_program_is_held_it_is_told_and_told_once()
    {
        foreach (var (program, others) in IdlePrograms())
        {
            var found = Judged.Host([program, .. others]);

            var told = found.Where(f => f.Subject.KernelId == 17 && _onPrograms.Contains(f.Rule)).ToList();
            Assert.True(told.Count <= 1, $"{Held(program)}: {string.Join(", ", told.Select(f => f.Rule))}");
            Assert.True(found.Count > 0, $"{Held(program)}: nothing is said");
        }
    }

    [Fact]
    public void However_a_program_in_force_is_held_only_its_holders_are_told()
    {
        foreach (var (program, others) in IdlePrograms())
        {
            var found = Judged.Host([program.IsAt("eth9", 9), .. others, A.Attachment(17, "eth9", 9) with { Operation = A.Ours }]);

            Assert.DoesNotContain(found, f => _onPrograms.Contains(f.Rule));
        }
    }

    [Fact]
    public void Once_all_that_a_remedy_of_a_program_names_is_gone_nothing_holds_it()
    {
        foreach (var (program, others) in IdlePrograms())
        {
            foreach (var found in Judged.Host([program, .. others]).Where(f => f.Rule is LeakRule.ProgramRetained or LeakRule.PinUnused or LeakRule.MapHeldProgram))
            {
                var commands = found.Commands("plain");

                Assert.All(program.Holders, holder => Assert.Contains(
                    holder switch
                    {
                        HolderView.Descriptor d => $"kill {d.Process.Pid}",
                        HolderView.Pin { Hidden: true } p => $"sh '{p.Path}' 17",
                        HolderView.Pin p => $"rm -- '{p.Path}'",
                        HolderView.Link => "rm -- '/sys/fs/bpf/l'",
                        _ => "bpftool map delete id 5 ",
                    },
                    commands,
                    StringComparison.Ordinal));
            }
        }
    }

    /// <summary>Every combination of what can hold a program that is in force nowhere, once attached and never attached, with the links and maps among them.</summary>
    private static IEnumerable<(ProgramView Program, object[] Others)> IdlePrograms()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l")).Defunct();
        var map = A.Map(5, "prog_array", A.Pin("/sys/fs/bpf/m")) with { Keeps = [new(17)] };
        (HolderView Holder, object? Is)[] kinds =
        [
            (A.Fd(812), null), (A.AuditorFd(), null), (A.Pin("/sys/fs/bpf/x"), null), (A.Pin("/sys/fs/bpf/y", hidden: true), null), (A.Held(link), link), (A.Element(5, 0), map),
        ];
        for (var set = 0; set < 1 << kinds.Length; set++)
        {
            var held = kinds.Where((_, i) => (set & (1 << i)) != 0).ToList();
            var program = A.Program(17, [.. held.Select(kind => kind.Holder)]);
            object[] others = [.. held.Select(kind => kind.Is).OfType<object>()];
            yield return (program, others);
            yield return (program.WasAt("eth0"), others);
        }
    }

    private static string Held(ProgramView program) => $"held by [{string.Join(", ", program.Holders.Select(h => h.GetType().Name))}]";
}
