// The whole rule language. What it means stands in docs/language; what the engine of this version
// runs is decided by the checker.
grammar Weir;

file : declaration* EOF ;

declaration
  : eventDeclaration
  | defineDeclaration
  | listDeclaration
  | paramDeclaration
  | letDeclaration
  | ruleDeclaration
  | testDeclaration
  ;

// ---- events, defines, lists, parameters, lets ---------------------------------------------------

eventDeclaration : 'event' name '{' (fieldDeclaration ','?)* '}' eventTail* ;
fieldDeclaration : name fieldType QUESTION? fieldOption* (',' 'then' tie=name)? ;
fieldType
  : word='decimal' '(' NUMBER ')' unit?
  | word='money' unit?
  | word=('text' | 'int' | 'bool' | 'time' | 'duration' | 'geo' | 'ip')
  | other=IDENT
  ;
unit : {_input.LT(1).getText().matches("[A-Z][A-Z][A-Z]")}? IDENT ;
fieldOption
  : 'pii'                        # piiOption
  | 'id' 'within' DURATION       # idOption
  | 'from' STRING                # fromOption
  | 'in' 'epoch' name            # epochOption
  | 'in' 'zone' STRING           # zoneOption
  ;
eventTail
  : 'late' DURATION ('to' target=('side' | 'drop'))?   # lateTail
  | 'keep' DURATION                                    # keepTail
  ;

defineDeclaration : 'define' name '=' base=name ('where' expression)? ;
listDeclaration : 'list' name fieldType ('from' STRING | '{' (literal ','?)* '}') ;
paramDeclaration : 'param' name fieldType '=' value=literal ('in' least=literal '..' greatest=literal)? ;
letDeclaration : 'let' name '=' expression ;

// ---- rules ----------------------------------------------------------------------------------------

ruleDeclaration : 'rule' name '{' clause* '}' ;

clause
  : 'about' STRING                                                      # aboutClause
  | 'owner' STRING                                                      # ownerClause
  | 'tags' tag (',' tag)*                                               # tagsClause
  | 'severity' name                                                     # severityClause
  | 'by' (keyPart | '(' keyPart (',' keyPart)* ')')                     # byClause
  | 'on' 'arrival'                                                      # onArrivalClause
  | 'when' ('on' 'rising' | 'on' name (',' name)* ('on' 'rising')?)? expression # whenClause
  | 'match' (sequence | lowRate)                                        # matchClause
  | 'without' selector                                                  # withoutClause
  | 'unless' selector                                                   # unlessClause
  | 'within' DURATION                                                   # withinClause
  | 'only' 'during' expression                                          # onlyDuringClause
  | 'starts' ('every' | one='one' 'open' 'at' 'a' 'time' | once='once') # startsClause
  | 'pick' kind=('first' | 'last' | 'longest' | 'shortest' | 'all' | 'totals') ('limit' NUMBER)? # pickClause
  | 'after' 'match' afterMatch                                          # afterMatchClause
  | 'fire' (kind=('prompt' | 'settled') | 'in' order='order')           # fireClause
  | 'alert' alertBody                                                   # alertClause
  | 'stage' name 'after' at=name ('{' NUMBER '}')? 'alert' alertBody  # stageClause
  | 'on' 'timeout' 'alert' alertBody                                    # onTimeoutClause
  | 'decide' name                                                       # decideClause
  | 'suppress' DURATION ('by' (name | '(' name (',' name)* ')'))?       # suppressClause
  | 'status' (word=('off' | 'shadow' | 'live' | 'retired') | canary='canary' NUMBER '%') # statusClause
  | 'on' 'update' how=('finish' | 'carry' | 'rebuild' | 'discard')     # onUpdateClause
  | 'budget' NUMBER unitWord=('partials' | 'events' | 'keys') ('per' perKey='key')? ',' ('drop' drop='oldest' | 'refuse') # budgetClause
  | 'valid' ('from' from=STRING)? ('to' to=STRING)?                     # validClause
  ;

tag : name | STRING ;
keyPart : keyField ('=' keyField)* ;
keyField : (type=name '.')? field=name ;
selector : type=name ('where' expression)? ;
afterMatch
  : 'consume' kind=('all' | 'start' | 'none')
  | restart='restart'
  | 'resume' 'at' end=('first' | 'last') name
  ;
alertBody : STRING ('{' (alertItem ','?)* '}')? ;
alertItem
  : 'score' ':'? expression   # scoreItem
  | name ':' expression       # fieldItem
  ;

// ---- patterns -------------------------------------------------------------------------------------

sequence : part link* ;
link
  : 'then' without* 'no' selector 'for' DURATION                          # absenceLink
  | 'then' kind=('any' | 'next')? maybe='maybe'? without* part scope? (both='both' 'ways')? closing? bound* # partLink
  ;
without : '(' 'without' selector ')' ;
part
  : 'all' 'of' '{' sequence (';'? sequence)* ';'? '}'    # allOfPart
  | 'one' 'of' '{' sequence ('or' sequence)* '}'         # oneOfPart
  | NUMBER 'of' '{' sequence (';'? sequence)* ';'? '}'   # someOfPart
  | '(' sequence ')' loop? ('as' name)?                  # groupPart
  | step                                                 # stepPart
  ;
step : afterNo? (label=stepName ':')? type=name loop? scope? ('where' where=expression)? ('require' require=expression)? ('with' binding (',' binding)*)? ;
afterNo : 'after' 'no' selector 'for' DURATION (','? orNever='or' 'never')? ;
binding : name '=' expression ;
scope : 'among' (all='all' | name (',' name)*) ;
bound
  : 'within' DURATION 'of' name
  | least='at' 'least' DURATION 'after' name
  ;
loop : '{' min=NUMBER (dots='..' max=NUMBER?)? '}' loopWord* ;
loopWord
  : 'longest'                              # longestWord
  | 'shortest'                             # shortestWord
  | 'every' 'prefix'                       # everyPrefixWord
  | 'every' 'subset' ('limit' NUMBER)?     # everySubsetWord
  | 'adjacent' scope?                      # adjacentWord
  | 'until' expression                     # untilWord
  | direction=('rising' | 'falling') 'by' name # trendWord
  | 'gap' '<' DURATION                     # gapWord
  | closing                                # closingWord
  ;
closing
  : 'first'
  | each='each'
  | quiet='when' 'quiet' 'for' DURATION
  | end='at' 'end'
  ;
lowRate : 'fewer' 'than' NUMBER selector 'in' DURATION ('for' 'keys' 'in' name)? ;

// ---- expressions ----------------------------------------------------------------------------------

expression
  : primary                                                          # primaryExpression
  | expression '.' stepName                                          # memberExpression
  | expression '[' minus='-'? NUMBER ']'                             # indexExpression
  | '-' expression                                                   # minusExpression
  | expression op=('*' | '/') expression                             # productExpression
  | expression op=('+' | '-') expression                             # sumExpression
  | expression 'is' negated='not'? 'missing'                         # missingExpression
  | expression negated='not'? 'in' '(' literal (',' literal)* ')'    # inValuesExpression
  | expression negated='not'? 'in' (name | STRING)                   # inListExpression
  | expression comparison expression                                 # compareExpression
  | 'not' expression                                                 # notExpression
  | expression 'and' expression                                      # andExpression
  | expression 'or' expression                                       # orExpression
  ;
comparison
  : '=' | '==' | '!=' | '<' | '<=' | '>' | '>='
  | 'starts' 'with' | 'ends' 'with' | 'contains' | 'matches'
  ;
primary
  : '(' expression ')'                                   # parenthesis
  | literal                                              # literalPrimary
  | feature                                              # featurePrimary
  | 'prev' '(' name ')'                                  # previousPrimary
  | name '(' (expression (',' expression)*)? ')'         # callPrimary
  | stepName                                             # variablePrimary
  ;
feature
  : function=name '(' (percent=NUMBER ',')? type=name ('.' value=name)? ('where' where=expression)?
    ('over' window=DURATION | ever='ever') ('step' stepping=DURATION | exact='exact')?
    ('by' (name | '(' name (',' name)* ')'))? (before='before' 'this')? ')'
  ;
literal
  : minus='-'? NUMBER
  | STRING
  | DURATION
  | truth=('true' | 'false')
  ;

// ---- tests ----------------------------------------------------------------------------------------

testDeclaration : 'test' STRING 'for' name (',' name)* '{' testLine* '}' ;
testLine
  : 'starting' STRING                                                     # startingLine
  | 'at' DURATION name '{' (fieldValue ','?)* '}'                         # eventLine
  | 'until' DURATION                                                      # untilLine
  | 'expect' 'nothing' ('because' STRING)?                                # expectNothingLine
  | 'expect' name ('at' DURATION)? ('{' (fieldValue ','?)* '}')? ('because' STRING)? # expectLine
  ;
fieldValue : name ':'? literal ;

// Words that may also be names. Not among them: those that would make a clause or an expression
// ambiguous to a reader.
name
  : IDENT
  | 'event' | 'define' | 'list' | 'param' | 'let' | 'rule' | 'test'
  | 'decimal' | 'money' | 'text' | 'int' | 'bool' | 'time' | 'duration' | 'geo' | 'ip'
  | 'pii' | 'id' | 'from' | 'epoch' | 'zone' | 'late' | 'to' | 'side' | 'drop' | 'keep'
  | 'about' | 'owner' | 'tags' | 'severity' | 'arrival' | 'during' | 'open' | 'a' | 'once'
  | 'pick' | 'first' | 'last' | 'longest' | 'shortest' | 'totals' | 'limit' | 'match'
  | 'consume' | 'start' | 'none' | 'restart' | 'resume' | 'fire' | 'prompt' | 'settled' | 'order'
  | 'alert' | 'stage' | 'timeout' | 'decide' | 'suppress' | 'status' | 'off' | 'shadow' | 'live'
  | 'retired' | 'canary' | 'update' | 'finish' | 'carry' | 'rebuild' | 'discard' | 'budget'
  | 'partials' | 'events' | 'keys' | 'per' | 'key' | 'oldest' | 'refuse' | 'valid' | 'score'
  | 'both' | 'ways' | 'never' | 'least' | 'prefix' | 'subset' | 'adjacent' | 'rising'
  | 'falling' | 'gap' | 'each' | 'quiet' | 'end' | 'fewer' | 'than' | 'over' | 'ever' | 'step'
  | 'exact' | 'before' | 'this' | 'starting' | 'expect' | 'nothing' | 'because' | 'prev' | 'starts'
  | 'ends' | 'contains' | 'matches' | 'at' | 'on' | 'only' | 'until' | 'of' | 'one' | 'all' | 'any'
  | 'next' | 'every'
  ;

// A step may be called `in`, as its partner is called `out`.
stepName : name | 'in' ;

DURATION : ([0-9] [0-9_]* UNIT)+ ;
fragment UNIT : 'ns' | 'us' | 'ms' | 's' | 'm' | 'h' | 'd' | 'w' ;
NUMBER : [0-9] [0-9_]* ('.' [0-9]+)? ;
IDENT : [A-Za-z_] [A-Za-z0-9_]* ;
STRING : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' ;
QUESTION : '?' ;
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN) ;
SPACE : [ \t\r\n\uFEFF]+ -> channel(HIDDEN) ;
OTHER : . ;
