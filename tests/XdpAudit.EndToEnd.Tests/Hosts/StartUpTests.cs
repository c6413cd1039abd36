using System.Diagnostics;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>Between "it begins to listen" and "it has looked" there is no seam.</summary>
public sealed class StartUpTests(OneAuditor one) : OwnScene(one)
{
    [Fact]
    public void Every_program_that_is_loaded_while_the_auditor_starts_is_in_its_journal_exactly_once()
    {
        using var trickle = Process.Start(new ProcessStartInfo(Tools.Loads, ["trickle"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            Watcher = AuditorProcess.Start(House);
            Look();
            trickle.StandardInput.WriteLine();
            trickle.StandardInput.Flush();
            var loaded = trickle.StandardOutput.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse).ToList();
            LookUntil(() => Program(loaded[^1]).State != ProgramStates.Unloaded, "the last of them is known");

            var told = Journal(0).Where(e => e.Event is "program_found" or "program_loaded").ToLookup(e => ProgramKey.From(e.Subjects[0]).Id.Value);
            Assert.True(loaded.Count > 50, $"only {loaded.Count} were loaded while the auditor started");
            Assert.All(loaded, id => Assert.True(told[id].Count() == 1, $"program {id} is told {told[id].Count()} times"));

            // Those before it listened were found; those after were heard.
            Assert.Contains(loaded, id => told[id].Single().Event == "program_found");
            Assert.Contains(loaded, id => told[id].Single() is { Event: "program_loaded", KnownBy.How: Knowledge.Witnessed });
        }
        finally
        {
            trickle.StandardInput.Close();
            trickle.WaitForExit();
        }
    }
}
